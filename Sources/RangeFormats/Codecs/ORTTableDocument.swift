/// A calibration table of ONNX Runtime as JSON has it, with the frame or without.
struct ORTTableDocument: Decodable {
  /// The tensors.
  let data: [String: Entry]

  /// A number or several, as numpy has them.
  struct Numbers: Decodable {
    let data: NumberTree
  }

  /// A tensor.
  struct Entry: Decodable {
    let lowest: Numbers?
    let highest: Numbers?

    /// The two ends.
    ///
    /// - Throws: ``FormatFault`` where one is missing, is not one number, or both are the wrong way round.
    func ends(place: String) throws(FormatFault) -> RangeEnds {
      guard let lowest, let highest else {
        throw FormatFault(place, "no 'lowest' and 'highest'; expected a table of minima and maxima")
      }
      let (low, high) = (lowest.data.numbers, highest.data.numbers)
      guard low.count == 1, high.count == 1 else {
        throw FormatFault(place, "\(low.count) and \(high.count) ends; expected one of each")
      }
      let ends = RangeEnds(low: Float(low[0]), high: Float(high[0]))
      guard ends.low.isFinite, ends.high.isFinite, ends.low <= ends.high else {
        throw FormatFault(place, "the ends \(low[0]) and \(high[0]); expected finite ones in order")
      }
      return ends
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    let framed = try? container.decode(String.self, forKey: AnyKey(stringValue: "CLS"))
    guard let framed else {
      data = try [String: Entry](from: decoder)
      return
    }
    guard framed == "TensorsData" else {
      throw DecodingError.dataCorruptedError(
        forKey: AnyKey(stringValue: "CLS"), in: container,
        debugDescription: "'\(framed)'; expected TensorsData")
    }
    data = try container.decode([String: Entry].self, forKey: AnyKey(stringValue: "data"))
  }
}
