import Foundation

/// Models of a few nodes, as files of ONNX (operator set 13) that Python's `onnx.helper` made.
enum Models {
  /// `p = x W`, `y = p + b` with W = [[1, 2, 3], [4, 5, 6]], b = [10, 20, 30] and x of [n, 2]; it also
  /// hands out its input `x` and its weight `W`.
  static let affine = bytes(
    """
    CAcSADq+AQoRCgF4CgFXEgFwIgZNYXRNdWwKDgoBcAoBYhIBeSIDQWRkEgZhZmZpbmUqIwgCCAMQASIY\
    AACAPwAAAEAAAEBAAACAQAAAoEAAAMBAQgFXKhUIAxABIgwAACBBAACgQQAA8EFCAWJaFAoBeBIPCg0I\
    ARIJCgMSAW4KAggCYhQKAXkSDwoNCAESCQoDEgFuCgIIA2IUCgF4Eg8KDQgBEgkKAxIBbgoCCAJiEwoB\
    VxIOCgwIARIICgIIAgoCCANCBAoAEA0=
    """)

  /// `rows` = the rows `ids` (int64) of [[0.5, 1], [1.5, 2], [2.5, 3]].
  static let lookup = bytes(
    """
    CAcSADp6ChoKBXRhYmxlCgNpZHMSBHJvd3MiBkdhdGhlchIGbG9va3VwKicIAwgCEAEiGAAAAD8AAIA/\
    AADAPwAAAEAAACBAAABAQEIFdGFibGVaEgoDaWRzEgsKCQgHEgUKAxIBbmIXCgRyb3dzEg8KDQgBEgkK\
    AxIBbgoCCAJCBAoAEA0=
    """)

  /// `s` = a sequence of `x` alone, `t` = `x` as a text.
  static let noNumbers = bytes(
    """
    CAcSADpqChkKAXgSAXMiEVNlcXVlbmNlQ29uc3RydWN0ChcKAXgSAXQiBENhc3QqCQoCdG8YCKABAhID\
    b2RkWg8KAXgSCgoICAESBAoCCAFiDQoBcxIIIgYKBAoCCAFiDwoBdBIKCggICBIECgIIAUIECgAQDQ==
    """)

  /// `y` = `x` W in steps of 1, with x of [n, 4] as uint8 and W = [127, 127, 127, 127] as int8.
  static let quantized = bytes(
    """
    CAcSADrkAQoeCgF4CgNvbmUKAXoSAXEiDlF1YW50aXplTGluZWFyCiAKAXEKA29uZQoBehIBZCIQRGVx\
    dWFudGl6ZUxpbmVhcgohCgFXCgNvbmUKAnp3EgF3IhBEZXF1YW50aXplTGluZWFyChEKAWQKAXcSAXki\
    Bk1hdE11bBIJcXVhbnRpemVkKg8IBAgBEAMqBH9/f39CAVcqDRABIgQAAIA/QgNvbmUqCBACKgEAQgF6\
    KgkQAyoBAEICendaFAoBeBIPCg0IARIJCgMSAW4KAggEYhQKAXkSDwoNCAESCQoDEgFuCgIIAUIECgAQ\
    DQ==
    """)

  private static func bytes(_ base64: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: base64) ?? Data())
  }
}
