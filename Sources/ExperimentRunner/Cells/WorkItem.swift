internal import QuantizationCore
internal import ResultRecords

/// The cells and the profile of one tensor at one granularity, computed from one set of statistics.
struct WorkItem {
  /// The tensor.
  let tensor: TensorReference
  /// The index of the tensor in the manifest, which identifies it.
  let tensorIndex: Int
  /// The granularity.
  let granularity: Granularity
  /// The cells to compute.
  var cells: [ExperimentCell] = []
  /// The profile to compute; only for a tensor that is one lane.
  var profile: ProfileRequest?

  /// An estimate of the time, in values read and measured; the longest items start first.
  var size: Int { tensor.layout.elementCount * (cells.count + (profile == nil ? 0 : 1)) }

  /// Groups consecutive cells with the same lanes into items.
  ///
  /// A profile joins the cells of its tensor that are one lane, if there are any.
  static func items(of cells: [ExperimentCell], _ profiles: [ProfileRequest]) -> [WorkItem] {
    var items: [WorkItem] = []
    var whole: [Int: Int] = [:]
    for cell in cells {
      if let last = items.last, last.tensorIndex == cell.tensorIndex,
        last.granularity == cell.key.granularity
      {
        items[items.count - 1].cells.append(cell)
      } else {
        if cell.key.granularity == .tensor { whole[cell.tensorIndex] = items.count }
        items.append(
          WorkItem(
            tensor: cell.tensor, tensorIndex: cell.tensorIndex, granularity: cell.key.granularity,
            cells: [cell]))
      }
    }
    for profile in profiles {
      if let place = whole[profile.tensorIndex] {
        items[place].profile = profile
      } else {
        items.append(
          WorkItem(
            tensor: profile.tensor, tensorIndex: profile.tensorIndex, granularity: .tensor,
            profile: profile))
      }
    }
    return items
  }
}
