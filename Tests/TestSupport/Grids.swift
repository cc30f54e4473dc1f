package import QuantizationCore
internal import Testing

/// The grid of a family at a number of bits that is known to be allowed.
package func grid(_ family: GridFamily, _ bits: Int) throws -> CodeGrid {
  CodeGrid(family, bits: try #require(BitWidth(bits)))
}

/// Every family of integers at the given bit widths.
package func grids(bits: some Sequence<Int>) -> [CodeGrid] {
  let widths = bits.compactMap { BitWidth($0) }
  return GridFamily.integers.flatMap { family in widths.map { CodeGrid(family, bits: $0) } }
}

/// Every family of integers at every bit width.
package let everyGrid = grids(bits: BitWidth.allowed)

/// Every table of levels that has a name, below any scale.
package let everyTable = (Minifloat.all.map(\.table) + Codebook.all.map(\.table)).map {
  CodeGrid($0)
}

/// Every table and every family of integers at four bits, below every kind of scale.
package let everyFormat = (everyTable + grids(bits: [4])).flatMap { format in
  ScaleFormat.allCases.map {
    CodeGrid(GridFamily(format.family.levels, scale: $0), bits: format.bits)
  }
}
