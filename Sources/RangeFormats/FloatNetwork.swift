package import Foundation
package import ModelFiles
package import RangeFiles

/// The float model of ranges, for formats that are a model themselves.
package protocol FloatNetwork: Sendable {
  /// The model, with the names that ranges have for its tensors.
  var float: Model { get }

  /// The bytes of the model with quantizers around the tensors of these ranges.
  ///
  /// - Throws: ``FormatFault`` where a range does not fit its tensor.
  func quantized(with ranges: RangeSet) throws(FormatFault) -> Data
}
