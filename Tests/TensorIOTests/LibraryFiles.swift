import Foundation

/// Files as other libraries write them: NumPy 2.4.6, ml_dtypes 0.6.0, safetensors 0.8.0.
///
/// The arrays of six hold 1.5, -2.25, 2^-7, 448, -2^-9 and 65280, rounded to their type.
enum LibraryFiles {
  /// A 2 by 3 array of bfloat16.
  static let bfloat16NPY = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPFYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLC\
    B9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIArAPxDAADzg\
    QwC7f0c=
    """)

  /// The same in Fortran order.
  static let bfloat16Fortran = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPFYyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH\
    0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIArAP+BDEMAA\
    uwA8f0c=
    """)

  /// The same in float8_e5m2.
  static let e5m2NPY = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPGYxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLC\
    B9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo+wCBfmHw=
    """)

  /// One float8_e4m3fn; NumPy does not save which type it is.
  static let e4m3NPY = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPFYxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsKSwgfS\
    AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo8
    """)

  /// The bfloat16 array in the type that the onnx package had before ml_dtypes.
  static let onnxBfloat16 = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiBbKCdiZmxvYXQxNicsICc8dTInKV0sICdmb3J0cmFuX29yZGVyJzogRmFsc2UsIC\
    dzaGFwZSc6ICgyLCAzKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIArAPxDAADzg\
    QwC7f0c=
    """)

  /// The same for float8_e4m3fn.
  static let onnxE4M3 = decoded(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiBbKCdlNG0zZm4nLCAnfHUxJyldLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2\
    hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo8wQR+gX8=
    """)

  /// `savez_compressed` of `w` in bfloat16, `v` in float8_e5m2 and `ids` in int64.
  static let mixedNPZ = decoded(
    """
    UEsDBC0AAAAIAAAAIQAAAg+C//////////8FABQAdy5ucHkBABAAjAAAAAAAAABTAAAAAAAAAJvsF+obEMnIUMZQrZ\
    6SWpxcpG6loG4TZqSuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDrgP2AgcYbB44M+yu\
    dwcAUEsDBC0AAAAIAAAAIQCrFBHS//////////8FABQAdi5ucHkBABAAhgAAAAAAAABMAAAAAAAAAJvsF+obEMnIUM\
    ZQrZ6SWpxcpG6loG6TZqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLrsDCvEzagBQ\
    SwMELQAAAAgAAAAhAPdAEur//////////wcAFABpZHMubnB5AQAQAJgAAAAAAAAATAAAAAAAAACb7BfqGxDJyFDGUK\
    2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBihghNJMUBoAUEsB\
    Ai0DLQAAAAgAAAAhAAACD4JTAAAAjAAAAAUAAAAAAAAAAAAAAIABAAAAAHcubnB5UEsBAi0DLQAAAAgAAAAhAKsUEd\
    JMAAAAhgAAAAUAAAAAAAAAAAAAAIABigAAAHYubnB5UEsBAi0DLQAAAAgAAAAhAPdAEupMAAAAmAAAAAcAAAAAAAAA\
    AAAAAIABDQEAAGlkcy5ucHlQSwUGAAAAAAMAAwCbAAAAkgEAAAAA
    """)

  /// Every byte as `e4m3` and as `e5m2`; `b` in bfloat16, `ids` in int64.
  static let float8Safetensors = decoded(
    """
    +AAAAAAAAAB7ImlkcyI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzAsMTZdfSwiYi\
    I6eyJkdHlwZSI6IkJGMTYiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6WzE2LDI4XX0sImU0bTMiOnsiZHR5\
    cGUiOiJGOF9FNE0zIiwic2hhcGUiOlsyNTZdLCJkYXRhX29mZnNldHMiOlsyOCwyODRdfSwiZTVtMiI6eyJkdHlwZS\
    I6IkY4X0U1TTIiLCJzaGFwZSI6WzI1Nl0sImRhdGFfb2Zmc2V0cyI6WzI4NCw1NDBdfX0gIAAAAAAAAAAAAQAAAAAA\
    AADAPxDAADzgQwC7f0cAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzND\
    U2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4\
    eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7\
    y9vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/\
    AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQk\
    NERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWG\
    h4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIyc\
    rLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==
    """)

  /// What ml_dtypes makes of every byte, as float32: `e4m3` and `e5m2`.
  static let float8Values = decoded(
    """
    UEsDBC0AAAAIAAAAIQBL2E71//////////8IABQAZTRtMy5ucHkBABAAgAQAAAAAAACOAQAAAAAAAJ3NP4oWMRjA4d\
    haeYR0n8IWg6iFrhoV7JRpLKycRb/FQtzhW7ERMUcIeIEcYXr/Rb1AjjBHmBvos3gDAw95E/gln58+ezI+vxTehw+7\
    V/vzl4fd7bg7Pr2xO4q707PDu8PJ2xdnh1f7i/vHJ2/O9+7PX5/Me+er12/eOrp2FD/G/16Xw791J4RMIxyHEElMZA\
    qVhUZnZSPcDeEKkYHEyMRMplBZaHRWNsI9PZGBxMjETKZQWWh0VjbCfT2RgcTIxEymUFlodFY2QtITGUiMTMxkCpWF\
    RmdlIzzQExlIjEzMZAqVhUZnZSM81BMZSIxMzGQKlYVGZ2UjPNITGUiMTMxkCpWFRme9mD/pM19sNMJXb5GYyBQqC4\
    3Oykb45n8iA4mRiZlMobLQ6KxshO96IgOJkYmZTKGy0OisbIQfeiIDiZGJmUyhstDorGyEpicykBiZmMkUKguNzspG\
    +KknMpAYmZjJFCoLjc7KRvilJzKQGJmYyRQqC43Oykb4rScykBiZmMkUKguNznox//kLUEsDBC0AAAAIAAAAIQArfK\
    Aw//////////8IABQAZTVtMi5ucHkBABAAgAQAAAAAAAB5AQAAAAAAAJ3LOW4UMBSA4UfLKaYbkFIh1hDgsYUKlIaC\
    CkdkIgpE0ATRIMS7AxfwLdjB7NfwTeCDAlFj+bNl//aLW7dv7tw5Ek/i6XJvdXhvvdxcLLf2Ty43Fsv9g/Xj9e7Duw\
    frvdXv++3dB4cr94f3dx+tnI+dOHV64/jG4tniv8fR+DPqjOVsRFJ0BpM4F7EgaRSdwSQ2dZJG0RlM4rxO0ig6g0ls\
    6SSNojOYxAWdpFF0BpO4qJM0is5gEpd0kkbRGUwidZJG0RlM4rJO0ig6g0lc0UkaRWcwias6SaPoDCZxTSdpFJ3BJK\
    7rJI2iM5jEtk7SKDqDSdzQSRr1XPtHlPnS/sobis5gEq/9J2kUncEk3ugkjaIzmMRbnaRRdAaTeKeTNIrOYBLvdZJG\
    0RlM4oNO0ig6g0l81EkaRWcwiaGTNIrOYBKfdJJG0RlM4rNO0ig6g0l80UkaRWcwia86SaPoDCbxTSdpFJ3BJL7rJI\
    2iM5jED52kUT+1v34BUEsBAi0DLQAAAAgAAAAhAEvYTvWOAQAAgAQAAAgAAAAAAAAAAAAAAIABAAAAAGU0bTMubnB5\
    UEsBAi0DLQAAAAgAAAAhACt8oDB5AQAAgAQAAAgAAAAAAAAAAAAAAIAByAEAAGU1bTIubnB5UEsFBgAAAAACAAIAbA\
    AAAHsDAAAAAA==
    """)

  private static func decoded(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text) ?? Data())
  }
}
