internal import CRangeLab
internal import QuantizationCore
internal import RangeEstimation

/// The reason why a call from another language fails: a status, and one line of text.
struct CallFailure: Error {
  let status: rangelab_status
  let text: String

  /// What was passed cannot be.
  static func invalid(_ text: String) -> CallFailure {
    CallFailure(status: RANGELAB_INVALID_ARGUMENT, text: text)
  }

  init(status: rangelab_status, text: String) { (self.status, self.text) = (status, text) }

  /// The failure that an error of the library stands for.
  init(_ error: any Error) {
    switch error {
    case let failure as CallFailure: self = failure
    case let error as EstimationError:
      if case .notDefined = error {
        self.init(status: RANGELAB_NOT_DEFINED, text: "\(error)")
      } else {
        self.init(status: RANGELAB_FAILED, text: "\(error)")
      }
    case let error as EstimatorError: self = .invalid("\(error)")
    case let error as ObservationError: self = .invalid("\(error)")
    default: self.init(status: RANGELAB_FAILED, text: "\(error)")
    }
  }
}

/// Calls `body`; an error becomes a status, and its text what `rangelab_last_error` says in this thread.
func reportingStatus(_ body: () throws -> Void) -> rangelab_status {
  do {
    try body()
    return RANGELAB_OK
  } catch {
    let failure = CallFailure(error)
    rl_keep_error(failure.text)
    return failure.status
  }
}
