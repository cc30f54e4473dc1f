import Foundation
import Notebooks

/// Runs a document in a folder where nothing is, with `true` as the program.
func run(
  _ text: String, name: String = "folder/doc.md", timeout: Double = 20, keepsGoing: Bool = false
) throws -> NotebookRun {
  var settings = NotebookRun.Settings(
    executable: "/bin/true", folder: NSTemporaryDirectory(), timeout: timeout)
  settings.keepsGoing = keepsGoing
  return try NotebookRun(try Notebook(text, name: name), settings)
}

/// The fault of a document, when it is read or run.
func fault(_ text: String, timeout: Double = 20) -> NotebookFault? {
  do {
    _ = try run(text, timeout: timeout)
    return nil
  } catch {
    return error as? NotebookFault
  }
}

/// A cell and its output, as they stand in a document.
func cell(_ code: String, prints output: String, info: String = "sh", fence: String = "```")
  -> String
{
  """
  ```\(info)
  \(code)
  ```

  <!-- output -->

  \(fence)text
  \(output)
  \(fence)

  <!-- end output -->

  """
}
