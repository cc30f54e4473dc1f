internal import QuantizationCore
internal import ResultRecords

/// What is done with one tensor at one granularity, on one set of statistics.
struct WorkItem {
  /// The tensor.
  let tensor: TensorReference
  /// The place of the tensor in the manifest, which tells it from others.
  let tensorIndex: Int
  /// How it is cut into lanes.
  let granularity: Granularity
  /// The cells to compute.
  var cells: [ExperimentCell] = []
  /// The profile to compute, of a tensor that is one lane.
  var profile: ProfileRequest?

  /// Roughly how long the work is, to begin with the longest: values read and measured.
  var size: Int { tensor.layout.elementCount * (cells.count + (profile == nil ? 0 : 1)) }

  /// Cells that follow each other with the same lanes share an item; a profile joins the cells of
  /// its tensor that are one lane, where there are any.
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
