internal import QuantizationCore
internal import ResultRecords

/// What is done with one tensor at one granularity, on one set of statistics.
struct WorkItem {
  /// The tensor.
  let tensor: TensorReference
  /// How it is cut into lanes.
  let granularity: Granularity
  /// The cells to compute.
  var cells: [ExperimentCell] = []
  /// The profile to compute, of a tensor that is one lane.
  var profile: ProfileRequest?

  /// Cells that follow each other with the same lanes share an item; a profile joins the cells of
  /// its tensor that are one lane, where there are any.
  static func items(of cells: [ExperimentCell], _ profiles: [ProfileRequest]) -> [WorkItem] {
    var items: [WorkItem] = []
    for cell in cells {
      if let last = items.last, last.tensor == cell.tensor,
        last.granularity == cell.key.granularity
      {
        items[items.count - 1].cells.append(cell)
      } else {
        items.append(
          WorkItem(tensor: cell.tensor, granularity: cell.key.granularity, cells: [cell]))
      }
    }
    for profile in profiles {
      let place = items.firstIndex {
        $0.tensor == profile.tensor && $0.granularity == .tensor
      }
      if let place {
        items[place].profile = profile
      } else {
        items.append(WorkItem(tensor: profile.tensor, granularity: .tensor, profile: profile))
      }
    }
    return items
  }
}
