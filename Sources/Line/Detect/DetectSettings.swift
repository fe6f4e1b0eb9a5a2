/// Bounds and choices of the detector.
package struct DetectSettings: Sendable {
  /// Seed of the hashes of keys and values. The default gives the same result for the same input; a service that
  /// strangers feed draws a secret one.
  package var seed: UInt64 = 0x5765_6972
  /// Multiplies the number of keys each detection may keep; 1 keeps all tables together below about 128 MB.
  package var keyScale = 1.0
  /// Alerts kept of one detection; more are counted only.
  package var alertsPerDetection = 5_000
  /// Keys of one detection that are followed with evidence at once.
  package var suspectsPerDetection = 4_096
  /// Bytes that one detection's windows may hold beside the table of its keys, and those that its suspects may hold;
  /// beyond, the keys silent for longest go, and no more suspects are followed. Looked at after so
  /// many events of a detection.
  package var windowBytesPerDetection = 32 << 20
  package var suspectBytesPerDetection = 32 << 20
  package var sweepEvery = 1 << 16

  package init() {}
}
