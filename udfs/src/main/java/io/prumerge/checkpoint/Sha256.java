package io.prumerge.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 hashes of contents. */
public final class Sha256 {

  private Sha256() {}

  /** Returns a new digest of no input yet. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Returns a new digest of no input yet, for many megabytes. */
  public static MessageDigest ofMuch() {
    return OpenSslSha256.open().orElseGet(Sha256::digest);
  }

  /** Returns the 32 bytes of a content's hash. */
  public static byte[] of(byte[] content) {
    return digest().digest(content);
  }

  /** Returns the SHA-256 of content as 64 hexadecimal digits. */
  public static String hex(byte[] content) {
    return HexFormat.of().formatHex(of(content));
  }

  /** Returns the SHA-256 of a stream's bytes up to its end as 64 hexadecimal digits. */
  public static String hexOfStream(InputStream content) throws IOException {
    MessageDigest digest = digest();
    content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return HexFormat.of().formatHex(digest.digest());
  }
}
