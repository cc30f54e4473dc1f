/// The windows of a convolution as rows of codes, [channel of the group, kernel row, kernel column].
struct Windows {
  private let shape: ConvolutionShape
  private let padding: UInt8

  init(_ shape: ConvolutionShape, padding: UInt8) { (self.shape, self.padding) = (shape, padding) }

  /// Writes the window of one output place.
  func write(_ place: Int, of x: UnsafePointer<UInt8>, to row: UnsafeMutablePointer<UInt8>) {
    let top = place / shape.outputColumns * shape.strides.0 - shape.top
    let left = place % shape.outputColumns * shape.strides.1 - shape.left
    let (down, right) = shape.dilations
    let bottom = top + down * (shape.kernelRows - 1)
    let end = left + right * (shape.kernelColumns - 1)
    let isInside = top >= 0 && left >= 0 && bottom < shape.rows && end < shape.columns
    var at = 0
    for channel in 0..<shape.channels / shape.groups {
      let plane = x + channel * shape.rows * shape.columns
      for i in 0..<shape.kernelRows {
        let y = top + i * down
        let line = plane + y * shape.columns
        if isInside {
          for j in 0..<shape.kernelColumns { row[at + j] = line[left + j * right] }
        } else {
          let isRow = y >= 0 && y < shape.rows
          for j in 0..<shape.kernelColumns {
            let column = left + j * right
            row[at + j] =
              isRow && column >= 0 && column < shape.columns ? line[column] : padding
          }
        }
        at += shape.kernelColumns
      }
    }
  }
}
