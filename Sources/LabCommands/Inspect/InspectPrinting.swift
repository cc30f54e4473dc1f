internal import ExperimentRunner
internal import Reports
internal import ResultRecords
internal import Synchronization

/// Prints the results of `inspect`, tensor after tensor.
///
/// The bytes are those of printing all tensors together, but memory does not grow with their
/// number.
final class InspectPrinting: Sendable {
  /// The output for one tensor.
  struct Answer: Sendable {
    fileprivate let text: Result<String, any Error>
    fileprivate let hasFailedCell: Bool
    fileprivate let inspection: Inspection?

    init(_ found: TensorInspection, in format: InspectCommand.Format, isDrawn: Bool) {
      text =
        switch format {
        case .text: .success(found.text)
        case .json: Result { try InspectDocument(found).element }
        }
      hasFailedCell = found.outcomes.lazy.map(\.record).hasFailedCell
      inspection = isDrawn ? found.inspection : nil
    }
  }

  /// The state after some tensors.
  struct Printed: Sendable {
    fileprivate(set) var isEmpty = true
    fileprivate(set) var hasFailedCell = false
    /// The first tensors with figures, at most as many as a page shows.
    fileprivate(set) var drawn: [Inspection] = []
    /// The number of tensors that have figures.
    fileprivate(set) var drawableCount = 0
  }

  private let format: InspectCommand.Format
  private let state = Mutex(Printed())

  init(_ format: InspectCommand.Format) { self.format = format }

  var printed: Printed { state.withLock { $0 } }

  /// Prints the next tensor.
  ///
  /// - Throws: If it cannot be encoded as JSON.
  func add(_ answer: Answer) throws {
    let text = try answer.text.get()
    state.withLock { printed in
      let (first, between) = format == .json ? ("[\n", ",\n") : ("", "\n")
      print(printed.isEmpty ? first : between, text, separator: "", terminator: "")
      printed.isEmpty = false
      printed.hasFailedCell = printed.hasFailedCell || answer.hasFailedCell
      guard let inspection = answer.inspection else { return }
      printed.drawableCount += 1
      if printed.drawn.count < InspectionPage.mostTensors { printed.drawn.append(inspection) }
    }
  }

  /// Ends the output.
  func end() { if format == .json { print("\n]") } }
}
