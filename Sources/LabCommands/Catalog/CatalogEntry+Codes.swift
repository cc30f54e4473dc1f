internal import QuantizationCore

extension CatalogEntry {
  /// The number formats that `--codes` and `formats:` accept.
  static let codes = integers + minifloats + codebooks + blocks

  private static let integers = [
    CatalogEntry(
      name: "int4-narrow, int4-full, uint4", summary: "symmetric integers, of 2 to 16 bits",
      reference: "Jacob et al. 2018"),
    CatalogEntry(
      name: "uint4-affine, int4-affine", summary: "integers with a zero point, of 2 to 16 bits",
      reference: "Jacob et al. 2018"),
  ]

  private static let minifloats = Minifloat.all.map { minifloat in
    CatalogEntry(
      name: "\(CodeGrid(minifloat.table))",
      summary:
        "\(minifloat.exponentBits) bits of exponent and \(minifloat.mantissaBits) of mantissa, "
        + "up to \(minifloat.table.highest)",
      reference: minifloat.bits == 8 ? "OCP OFP8 1.0" : "OCP Microscaling Formats 1.0")
  }

  private static let codebooks =
    Codebook.all.map {
      CatalogEntry(name: $0.table.name, summary: $0.summary, reference: $0.reference)
    } + otherTables

  private static let otherTables = [
    CatalogEntry(
      name: "pot4", summary: "zero and powers of two, of 2 to 8 bits",
      reference: "Miyashita et al. 2016"),
    CatalogEntry(
      name: "levels[-1,0,0.5,1]", summary: "any list of 2 to 256 levels, zero among them",
      reference: ""),
  ]

  private static let blocks =
    Minifloat.all.map { minifloat in
      CatalogEntry(
        name: "\(CodeGrid(minifloat.table, scale: .powerOfTwo))",
        summary:
          "\(CodeGrid(minifloat.table)) below a power of two; with group:32 as the OCP has it",
        reference: "OCP Microscaling Formats 1.0")
    } + [
      CatalogEntry(
        name: "nvfp4",
        summary: "fp4-e2m1 below an e4m3 scale below a Float32 of the tensor; with group:16 as "
          + "NVIDIA has it",
        reference: "NVIDIA ModelOpt"),
      CatalogEntry(
        name: "FORMAT/scale:float16",
        summary: "any of these with scales stored as float16, bfloat16, power-of-two or e4m3",
        reference: ""),
    ]
}
