package io.prumerge.checkpoint;

import io.prumerge.host.MachineId;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the entry of a file says: it changes with the file's bytes.
 *
 * @param size in bytes
 * @param modified time of the last change of the bytes, in milliseconds; tools can set it
 * @param changed time of the last change of the entry, in nanoseconds, which no tool can set; 0
 *     where the file system does not tell
 * @param place machine, device and inode; empty where the file system does not tell
 */
record FileStat(long size, long modified, long changed, String place) implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";

  /** A file that was changed this short before it was read may change again within its tick. */
  private static final long SETTLED_MILLIS = 2_000;

  static FileStat of(Path file) throws IOException {
    try {
      Map<String, Object> now = Files.readAttributes(file, ATTRIBUTES);
      return new FileStat(
          (Long) now.get("size"),
          ((FileTime) now.get("lastModifiedTime")).toMillis(),
          ((FileTime) now.get("ctime")).to(TimeUnit.NANOSECONDS),
          MachineId.own() + " " + now.get("dev") + ":" + now.get("ino"));
    } catch (UnsupportedOperationException e) {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStat(now.size(), now.lastModifiedTime().toMillis(), 0, "");
    }
  }

  /** Returns whether an equal state means the same bytes. */
  boolean isCertain() {
    return !place.isEmpty();
  }

  /**
   * Returns whether what was read of the file from a time on, in milliseconds, is of this state.
   */
  boolean settled(long millis) {
    return isCertain() && TimeUnit.NANOSECONDS.toMillis(changed) + SETTLED_MILLIS < millis;
  }

  /** Returns whether size and time are another's, which a copy on another machine may have too. */
  boolean looksLike(FileStat other) {
    return size == other.size && modified == other.modified;
  }

  /** Returns whether both were seen on one machine, as far as is known. */
  boolean isBeside(FileStat other) {
    return isCertain() && other.isCertain() && machine().equals(other.machine());
  }

  private String machine() {
    return place.substring(0, place.indexOf(' '));
  }

  /** Returns size and time as text. */
  @Override
  public String toString() {
    return Text.format("%,d bytes of %s", size, Instant.ofEpochMilli(modified));
  }
}
