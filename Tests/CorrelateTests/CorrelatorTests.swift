import Model
import Testing

@testable import Correlate
