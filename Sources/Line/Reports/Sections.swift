/// The report's parts in the order in which a person wants them: the answer, the picture, the stories, then the ground
/// they stand on.
enum Sections {
  static let all: [Section] = [.verdict, .timeline, .incidents, .mitigations, .traffic, .intake, .method]
}
