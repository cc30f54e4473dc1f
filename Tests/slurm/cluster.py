"""A Slurm cluster on this machine for tests: munged, slurmctld and a slurmd for each node.

It listens on 127.0.0.1 only, has a key, a state and logs of its own in a folder, and needs neither systemd nor
an accounting database. Each node runs in a PID namespace: killing its first process ends the daemon and all
jobs of the node at once, as a power cut does. Root is needed.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "unshare")
PACKAGES = ("slurm-wlm", "slurmctld", "slurmd", "slurm-client", "munge")

# Time-outs are as short as Slurm takes them, and a job that is requeued waits until its credential has
# expired (cred_expire).
CONFIGURATION = """ClusterName=rangelabtest
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=slurm
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={lab}/munge/socket,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=2
MaxArraySize=1001
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=10
KillWait=5
MessageTimeout=5
StateSaveLocation={lab}/state
SlurmdSpoolDir={lab}/spool/%n
SlurmctldPidFile={lab}/run/slurmctld.pid
SlurmdPidFile={lab}/run/slurmd.%n.pid
SlurmctldLogFile={lab}/log/slurmctld.log
SlurmdLogFile={lab}/log/slurmd.%n.log
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def install():
    """Installs Slurm where it is missing; returns why it cannot be had, or nothing."""
    if os.geteuid() != 0:
        return "root is needed to start nodes"

    def missing():
        return [name for name in PROGRAMS if shutil.which(name) is None]

    if missing() and shutil.which("apt-get"):
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=environment, **options)
        subprocess.run(["apt-get", "install", "-yq", "--no-install-recommends", *PACKAGES],
                       env=environment, **options)
    if missing():
        return "missing programs: " + ", ".join(missing())
    if subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "true"],
                      capture_output=True).returncode != 0:
        return "namespaces of processes are not allowed here"
    return None


def wait(what, holds, seconds=20):
    """Waits until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(f"no {what} after {seconds} s")
        time.sleep(0.1)


class Cluster:
    """A cluster that lives as long as the `with` block."""

    def __init__(self, lab, nodes=2, port=17100):
        self.lab, self.port = Path(lab), port
        self.names = [f"n{index}" for index in range(1, nodes + 1)]
        self.processes = {}
        self.environment = os.environ | {"SLURM_CONF": str(self.lab / "slurm.conf")}

    def __enter__(self):
        try:
            self.configure()
            self.start_munge()
            self.start("slurmctld", ["slurmctld", "-D", "-c", "-f", self.lab / "slurm.conf"])
            wait("slurmctld", lambda: self.call(["scontrol", "ping"], check=False).returncode == 0)
            for name in self.names:
                self.start_node(name)
            wait("idle nodes", lambda: self.states().count("idle") == len(self.names))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.end(name, signal.SIGKILL if name in self.names else signal.SIGTERM)

    def configure(self):
        lab = self.lab
        for name in ("munge", "state", "spool", "log", "run"):
            (lab / name).mkdir(parents=True)
        lab.chmod(0o755)
        host = socket.gethostname().split(".")[0]
        text = CONFIGURATION.format(host=host, port=self.port, lab=lab)
        for index, name in enumerate(self.names, 1):
            text += (f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={self.port + index} "
                     "CPUs=2 RealMemory=2000 State=UNKNOWN\n")
        (lab / "slurm.conf").write_text(text)
        (lab / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        for name in ("state", "log", "run"):
            shutil.chown(lab / name, "slurm")

    def start_munge(self):
        folder = self.lab / "munge"
        (folder / "key").write_bytes(os.urandom(1024))
        (folder / "key").chmod(0o400)
        for path in (folder, folder / "key"):
            shutil.chown(path, "munge", pwd.getpwnam("munge").pw_gid)
        folder.chmod(0o755)
        self.start("munged", [
            "runuser", "-u", "munge", "--", "munged", "--foreground", f"--socket={folder}/socket",
            f"--key-file={folder}/key", f"--pid-file={folder}/pid", f"--log-file={folder}/log",
            f"--seed-file={folder}/seed"])
        wait("munged", (folder / "socket").exists)

    def start(self, name, command):
        with open(self.lab / "log" / f"{name}.out", "ab") as log:
            self.processes[name] = subprocess.Popen(
                list(map(str, command)), env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True)

    def start_node(self, name):
        (self.lab / "spool" / name).mkdir(exist_ok=True)
        # The shell stays the first process of the node when the daemon is killed.
        script = f'slurmd -D -N {name} -f "$SLURM_CONF" & echo $! > "{self.lab}/run/inner.{name}"; ' \
                 "while sleep 60; do :; done"
        self.start(name, ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--",
                          "bash", "-c", script])

    def end(self, name, number):
        process = self.processes.pop(name)
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def cut_power(self, node):
        """Ends the daemon and all jobs of a node at once, and tells Slurm, as a watchdog would."""
        self.end(node, signal.SIGKILL)
        self.call(["scontrol", "update", f"nodename={node}", "state=down", "reason=power"])

    def kill_daemon(self, node):
        """Kills slurmd of a node; its jobs go on."""
        wanted = f"slurmd -D -N {node} -f {self.lab}/slurm.conf "
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if path.read_bytes().replace(b"\0", b" ").decode() == wanted:
                    os.kill(int(path.parent.name), signal.SIGKILL)
                    return
            except OSError:
                continue
        raise RuntimeError(f"no slurmd of {node}")

    def call(self, command, check=True):
        return subprocess.run(list(map(str, command)), env=self.environment, capture_output=True,
                              text=True, check=check, timeout=60)

    def states(self):
        return self.call(["sinfo", "-h", "-N", "-o", "%t"], check=False).stdout.split()

    def running(self, states="R"):
        """The running tasks, as (node, job, task); with "R,CG" those that are being ended too."""
        lines = self.call(["squeue", "-h", "-r", "-t", states, "-o", "%N %F %K"], check=False).stdout
        return [tuple(line.split()) for line in lines.splitlines()]
