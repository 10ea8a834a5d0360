package io.prumerge.script;

import io.prumerge.checkpoint.Sha256;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Objects;

/**
 * A user's TorchScript file, with its bytes: these go to the executors with the work, so that
 * nothing but the driver reads the file. Equal by name and content.
 */
public final class ScriptFile implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Digits of the hash that stand in a method's name: enough to tell any two files apart. */
  private static final int DIGITS = 16;

  private final String name;
  private final byte[] content;
  private final String sha256;

  /**
   * @param name without folders
   */
  public ScriptFile(String name, byte[] content) {
    this.name = name;
    this.content = content.clone();
    this.sha256 = Sha256.hex(content);
  }

  public String name() {
    return name;
  }

  /** Returns a new stream of the content. */
  public InputStream open() {
    return new ByteArrayInputStream(content);
  }

  /** Returns the SHA-256 of the content, 64 hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** Returns the first digits of it, as a method's name has them. */
  public String digest() {
    return sha256.substring(0, DIGITS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScriptFile file && name.equals(file.name) && sha256.equals(file.sha256);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, sha256);
  }

  @Override
  public String toString() {
    return name + " (SHA-256 " + sha256 + ")";
  }
}
