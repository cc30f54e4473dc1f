/// The scripts that an engine runs: one for each chunk, and one that assembles.
struct TaskScripts {
  /// Computes the chunk whose number is in `SLURM_ARRAY_TASK_ID`, or is the first argument.
  ///
  /// The program takes the place of the shell: a batch system then sends its signals to the program, and no
  /// child of the script outlives the job.
  let task: String
  /// Assembles; a network file system may show the last segments only after a minute, so what is missing is
  /// looked for twice.
  let assembling: String

  /// - Parameters:
  ///   - library: The file of ONNX Runtime, which the copy of the program would not find.
  ///   - setup: Lines that come before the program in both.
  init(_ run: SubmittedRun, library: String?, setup: [String]) {
    let folder = shellQuoted(run.folder)
    let options =
      "\(shellQuoted(run.manifest)) -o \(shellQuoted(run.output))"
      + run.overrides.map { " --set \(shellQuoted($0))" }.joined()
    let before = setup.map { $0 + "\n" }.joined()
    let setting = library.map { "export RANGELAB_ONNXRUNTIME=\(shellQuoted($0))\n" } ?? ""
    task = """
      #!/bin/bash
      chunk=${SLURM_ARRAY_TASK_ID:-$1}
      echo "== chunk $chunk attempt ${SLURM_RESTART_COUNT:-0} on ${SLURMD_NODENAME:-$(hostname)} $(date -Is)"
      \(before)\(setting)exec \(folder)/rangelab run \(options) --chunk \(folder):"$chunk" -j "${SLURM_CPUS_PER_TASK:-${2:-1}}"

      """
    assembling = """
      #!/bin/bash
      \(before)\(setting)assemble() { \(folder)/rangelab assemble \(options); }
      assemble
      code=$?
      if [ $code = 75 ]; then sleep "${RANGELAB_SETTLE:-60}"; assemble; code=$?; fi
      if [ $code = 0 ] || [ $code = 3 ]; then : > \(folder)/done/assembled; fi
      exit $code

      """
  }
}
