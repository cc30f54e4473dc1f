/// Sorts finite Floats in place, with -0 turned into +0: a radix sort on the bits.
///
/// Many are first cut into runs by their leading bits, an American flag sort in place; what then fits
/// in the scratch is sorted digit by digit from the last one on. Time O(n), and no second array of
/// all.
///
/// - Parameter scratch: How many values the scratch holds; a megabyte is what a core has in a cache
///   of its own.
package func sortAscending(_ values: inout [Float], scratch: Int = 1 << 18) {
  let capacity = min(values.count, scratch)
  values.withUnsafeMutableBytes { bytes in
    let keys = bytes.bindMemory(to: UInt32.self)
    // Flip so that unsigned order is numeric order: all bits of negatives, the sign of the others.
    for index in keys.indices {
      let bits = keys[index] == 0x8000_0000 ? 0 : keys[index]
      keys[index] = bits & 0x8000_0000 != 0 ? ~bits : bits | 0x8000_0000
    }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: capacity) { scratch in
      scratch.initialize(repeating: 0)
      sort(keys, digits: 4, scratch)
    }
    for index in keys.indices {
      let key = keys[index]
      keys[index] = key & 0x8000_0000 != 0 ? key & 0x7fff_ffff : ~key
    }
    bytes.bindMemory(to: Float.self)
  }
}

private typealias Keys = UnsafeMutableBufferPointer<UInt32>

/// Sorts keys that differ in their last digits only, bytes.
private func sort(_ keys: Keys, digits: Int, _ scratch: Keys) {
  if keys.count <= 48 {
    insertionSort(keys)
  } else if keys.count <= scratch.count {
    sortFromLast(keys, digits: digits, scratch)
  } else {
    sortFromFirst(keys, digits: digits, scratch)
  }
}

/// Counts and moves keys once for each digit, from the last one on, between two arrays.
private func sortFromLast(_ keys: Keys, digits: Int, _ scratch: Keys) {
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 256 * digits) { table in
    table.initialize(repeating: 0)
    for key in keys {
      for digit in 0..<digits { table[256 * digit + Int(key >> UInt32(8 * digit) & 255)] += 1 }
    }
    var (from, to) = (keys, Keys(rebasing: scratch[..<keys.count]))
    for digit in 0..<digits {
      let next = UnsafeMutableBufferPointer(rebasing: table[(256 * digit)..<(256 * digit + 256)])
      let shift = UInt32(8 * digit)
      // A digit that all share moves nothing.
      if next[Int(from[0] >> shift & 255)] == keys.count { continue }
      var total = 0
      for value in 0..<256 { (next[value], total) = (total, total + next[value]) }
      for key in from {
        let value = Int(key >> shift & 255)
        to[next[value]] = key
        next[value] += 1
      }
      swap(&from, &to)
    }
    if from.baseAddress != keys.baseAddress { _ = keys.update(from: from) }
  }
}

/// Swaps keys into runs of the first digit, then sorts each run by the others.
private func sortFromFirst(_ keys: Keys, digits: Int, _ scratch: Keys) {
  let shift = UInt32(8 * (digits - 1))
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * 256) { table in
    // `next[d]` is where the next key of digit d goes, `end[d]` where its run ends.
    let next = UnsafeMutableBufferPointer(rebasing: table[..<256])
    let end = UnsafeMutableBufferPointer(rebasing: table[256...])
    end.initialize(repeating: 0)
    for key in keys { end[Int(key >> shift & 255)] += 1 }
    var total = 0
    for digit in 0..<256 {
      next.initializeElement(at: digit, to: total)
      total += end[digit]
      end[digit] = total
    }
    for digit in 0..<256 {
      while next[digit] < end[digit] {
        var key = keys[next[digit]]
        // Follow the chain of displaced keys until one belongs here.
        while Int(key >> shift & 255) != digit {
          let home = Int(key >> shift & 255)
          swap(&key, &keys[next[home]])
          next[home] += 1
        }
        keys[next[digit]] = key
        next[digit] += 1
      }
    }
    guard digits > 1 else { return }
    var start = 0
    for digit in 0..<256 where end[digit] > start {
      sort(Keys(rebasing: keys[start..<end[digit]]), digits: digits - 1, scratch)
      start = end[digit]
    }
  }
}

private func insertionSort(_ keys: Keys) {
  for index in keys.indices.dropFirst() {
    let key = keys[index]
    var place = index
    while place > 0, keys[place - 1] > key {
      keys[place] = keys[place - 1]
      place -= 1
    }
    keys[place] = key
  }
}
