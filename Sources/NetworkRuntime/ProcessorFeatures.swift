internal import Foundation

/// The extensions of this processor on which the speed and, with integer kernels, the results of a
/// quantized network depend: of `AVX2`, `AVX-512` and `VNNI` those that it has.
///
/// Without `VNNI` the products of 8-bit integers saturate in pairs. Empty where the system does not
/// tell.
package let processorFeatures: [String] = processorFeatures(
  cpuinfo: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")

/// The same from the text of `/proc/cpuinfo`.
///
/// - Parameter cpuinfo: The text; its first line of flags counts, as all cores are alike.
package func processorFeatures(cpuinfo: String) -> [String] {
  guard
    let line = cpuinfo.split(separator: "\n").first(where: {
      $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) == "flags"
    })
  else { return [] }
  let flags = Set(line.drop { $0 != ":" }.dropFirst().split(separator: " ").map(String.init))
  let names: [(String, Set<String>)] = [
    ("AVX2", ["avx2"]), ("AVX-512", ["avx512f"]), ("VNNI", ["avx512_vnni", "avx_vnni"]),
  ]
  return names.filter { !flags.isDisjoint(with: $0.1) }.map(\.0)
}
