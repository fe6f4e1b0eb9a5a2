import Foundation
import Net

/// Certificates made for these tests alone: an authority, a server and a client that it vouches for. Nothing trusts them; their keys protect nothing.
enum TestCertificates {
  /// Writes all of them into a folder: `ca.pem`, `server.pem`, `server.key`, `client.pem`, `client.key`.
  static func write(into folder: TemporaryFolder) throws {
    for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: folder / name)) }
  }

  private static let files = [
    "ca.pem": """
    -----BEGIN CERTIFICATE-----
    MIIBkzCCATmgAwIBAgIUa4pW2yC+14GMhRE6lqszgrcOR0EwCgYIKoZIzj0EAwIw
    HjEcMBoGA1UEAwwTV2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjgxOTA3MDFa
    GA8yMTI2MTEwNDE5MDcwMVowHjEcMBoGA1UEAwwTV2VpciB0ZXN0IGF1dGhvcml0
    eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNmZh8uBsf0CxgbMnM8acfDynxug
    Cg2cZaFrB4pGGkVYXeBb3sfFliD4LPUwmhAWve54p6nLyCnxIFyl3DslkL6jUzBR
    MB0GA1UdDgQWBBR5UZAofnd8XeKyKZ5I6qwDFnSukjAfBgNVHSMEGDAWgBR5UZAo
    fnd8XeKyKZ5I6qwDFnSukjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gA
    MEUCIQCZkq+HqEu8A46Kf9/HCu2QWmfY44f6WOTs7mB/z1lg1wIgURg+Mo76YqRe
    nr43Sohx+tJqczMxkMDtrGCg5/Yo7mg=
    -----END CERTIFICATE-----

    """,
    "server.pem": """
    -----BEGIN CERTIFICATE-----
    MIIBMzCB2gIUNmRn/xXR8oA9NZ3USwZ5mkQqz2YwCgYIKoZIzj0EAwIwHjEcMBoG
    A1UEAwwTV2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjgxOTA3MDFaGA8yMTI2
    MTEwNDE5MDcwMVowGTEXMBUGA1UEAwwOc2VydmVyLmV4YW1wbGUwWTATBgcqhkjO
    PQIBBggqhkjOPQMBBwNCAARe/8Cb1F01g3RbmEgogmCLDggTjrmDKZLMT/HMGIof
    +YPThZk3mSvciADQ7bnhwL4ibrJ/N2uMv236HzF8vPk0MAoGCCqGSM49BAMCA0gA
    MEUCICdyqsA36vqgf94ZTqmr7YX4R/zVbwkTv3o6jvzWKRnAAiEA+V85SfUxbYeG
    q+QX+VIpDwZH0GafjQkjwxalrfrQnTw=
    -----END CERTIFICATE-----

    """,
    "server.key": """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQTSwr7D1APIcwU+o
    eeQcPecklf62VUXU8Ld5JmEOiW2hRANCAARe/8Cb1F01g3RbmEgogmCLDggTjrmD
    KZLMT/HMGIof+YPThZk3mSvciADQ7bnhwL4ibrJ/N2uMv236HzF8vPk0
    -----END PRIVATE KEY-----

    """,
    "client.pem": """
    -----BEGIN CERTIFICATE-----
    MIIBMzCB2gIUNmRn/xXR8oA9NZ3USwZ5mkQqz2cwCgYIKoZIzj0EAwIwHjEcMBoG
    A1UEAwwTV2VpciB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjgxOTA3MDFaGA8yMTI2
    MTEwNDE5MDcwMVowGTEXMBUGA1UEAwwOY2xpZW50LmV4YW1wbGUwWTATBgcqhkjO
    PQIBBggqhkjOPQMBBwNCAAR9QE/k9ge37jYxd5aX8I8jzLHplHpmpgd8jj9KOyzS
    1AF7N0TfqHdd51qp28MZRnRHp+OZt4qi8lAOx8W87ot7MAoGCCqGSM49BAMCA0gA
    MEUCIHrcqPRWDdVMhhtygyqmgANg9BigixuKHzttP60UTCH1AiEAsjH6eCV+QPLx
    xY0pJGpFMC6Hyy2qQrssQib9tUSqxCk=
    -----END CERTIFICATE-----

    """,
    "client.key": """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiD38yxDwwBdze0dp
    YyVcbPtELdBo4XE9i9yr/lZFISmhRANCAAR9QE/k9ge37jYxd5aX8I8jzLHplHpm
    pgd8jj9KOyzS1AF7N0TfqHdd51qp28MZRnRHp+OZt4qi8lAOx8W87ot7
    -----END PRIVATE KEY-----

    """,
  ]
}
