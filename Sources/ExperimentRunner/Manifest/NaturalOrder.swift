/// Whether a name stands before another where numbers in names count as numbers: `x_2` before
/// `x_10`.
///
/// All else is compared byte by byte, and so are names that differ in leading zeros only.
func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
  let (a, b) = (Array(left.utf8), Array(right.utf8))
  var (i, j) = (0, 0)
  while i < a.count && j < b.count {
    guard isDigit(a[i]) && isDigit(b[j]) else {
      if a[i] != b[j] { return a[i] < b[j] }
      (i, j) = (i + 1, j + 1)
      continue
    }
    let (first, second) = (a[i...].prefix(while: isDigit), b[j...].prefix(while: isDigit))
    (i, j) = (first.endIndex, second.endIndex)
    let zero = UInt8(ascii: "0")
    let (x, y) = (first.drop { $0 == zero }, second.drop { $0 == zero })
    if x.count != y.count { return x.count < y.count }
    if !x.elementsEqual(y) { return x.lexicographicallyPrecedes(y) }
  }
  if a.count - i != b.count - j { return a.count - i < b.count - j }
  return a.lexicographicallyPrecedes(b)
}

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}
