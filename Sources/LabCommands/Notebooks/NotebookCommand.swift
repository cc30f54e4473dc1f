internal import ArgumentParser
internal import Foundation
internal import Notebooks
internal import TensorIO

/// `rangelab notebook`: Markdown documents whose numbers come from their own commands.
struct NotebookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notebook",
    abstract: "Run the commands in Markdown documents and keep their output below them.",
    discussion: """
      A cell is a fenced block of sh or python3. It runs in the folder of its document, with this \
      program as rangelab and a folder for scratch files as $SCRATCH, which all cells of a document \
      share and which goes when they are done. It may do whatever you may: read a document from \
      somebody else before you run or check it. Braces after the language say more:

        ```sh {name=sizes exit=2 timeout=5}

        name=WORD      how values and messages call the cell
        exit=CODE      the exit code it has to end with; 0 by default
        timeout=S      seconds it may take
        output=WHAT    none, markdown, or the language to show the output as; text by default
        show=FILE.svg  a figure in $SCRATCH to show below, kept in figures/DOCUMENT/
        alt="WORDS"    what the figure before it shows
        skip           do not run

      A number in the prose comes from a table that a cell prints, or from a line that begins with \
      a word; a format may round it:

        errors fall to <!-- =errors | minmax | MSE | %.2g -->0.25<!-- / --> at 8 bits

      EXIT CODES
        0 done; 2 an output is not what the cell prints now; 3 a cell failed; 65 a document cannot \
        be understood; 66 a file is missing.
      """,
    subcommands: [NotebookRunCommand.self, NotebookCheckCommand.self, NotebookCleanCommand.self])
}

/// `rangelab notebook run`.
struct NotebookRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run every cell and write its output below it.",
    discussion: """
      A document with a cell that fails stays as it is. Whatever the cells say is done, with your \
      rights.
      """)

  @Argument(help: "Markdown files.") var files: [String]
  @OptionGroup var options: NotebookOptions
  @Flag(help: "Run the cells after one that fails, and write what there is.") var keepGoing = false

  func run() throws {
    try NotebookFile.each(files) { file in
      let run = try file.run(options.timeout, keepsGoing: keepGoing)
      let count = try file.write(run)
      for fault in run.faults { StandardError.say(fault.description) }
      StandardError.say(
        "\(file.path): \(counted(file.notebook.cellCount, "cell")), "
          + "\(counted(count, "file")) changed")
      return run.faults.isEmpty ? nil : .cellsFailed
    }
  }
}

/// `rangelab notebook check`.
struct NotebookCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run every cell and compare: exit code 2 and a diff where a number is stale.",
    discussion: """
      No document is written, but whatever the cells say is done, with your rights: read the cells of \
      a document from somebody else before you check it.
      """)

  @Argument(help: "Markdown files.") var files: [String]
  @OptionGroup var options: NotebookOptions

  func run() throws {
    try NotebookFile.each(files) { file in
      let difference = file.difference(from: try file.run(options.timeout))
      print(printableLines(difference), terminator: "")
      let result = difference.isEmpty ? "up to date" : "stale; 'rangelab notebook run' renews it"
      StandardError.say("\(file.path): \(counted(file.notebook.cellCount, "cell")), \(result)")
      return difference.isEmpty ? nil : .regression
    }
  }
}

/// `rangelab notebook clean`.
struct NotebookCleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Take outputs and figures away; values in sentences stay.")

  @Argument(help: "Markdown files.") var files: [String]

  func run() throws {
    try NotebookFile.each(files) { file in
      try file.clean()
      return nil
    }
  }
}

/// The options that `run` and `check` share.
struct NotebookOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How long a cell may take.", valueName: "seconds"))
  var timeout: Double = 60

  func validate() throws {
    guard timeout > 0, timeout.isFinite else {
      throw ValidationError("--timeout cannot be \(timeout); expected a number above 0.")
    }
  }
}
