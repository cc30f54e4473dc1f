internal import RangeFormats
internal import TensorIO

/// The weights of a tensor file, by the names of its members.
struct FileWeights: WeightSource {
  /// The path of the file.
  let path: String

  func values(of name: String) throws(FormatFault) -> (shape: [Int], values: [Float])? {
    do {
      guard let tensor = try TensorFile.open("\(path)#\(name)").first else { return nil }
      return (tensor.shape, try tensor.load(nonFinite: .error).values)
    } catch { throw FormatFault(quoted(name), "\(error)") }
  }
}
