package io.prumerge.source;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import io.prumerge.spark.FileState;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A digest of files, by which those that were replaced are noticed: the sum of the SHA-256 of each
 * one's path and state, modulo 2^256, since file systems list files in any order, and the frames of
 * videos may be millions, which the driver cannot hold.
 *
 * <p>Where files are {@link #read}, the state of one is the SHA-256 of its bytes if there is little
 * to read: of files whose names end alike, all but those of more than 64 MiB, if these are at most
 * 1,000 with 256 MiB. Of others it is what {@link FileState} has: the ETag of a store, or length
 * and time alone, which a copy with its times can keep while the bytes change.
 */
public final class FileStates {

  private static final long LARGEST = 64L << 20;
  private static final long MOST_BYTES = 256L << 20;
  private static final int MOST_FILES = 1000;

  private static final Pattern ENDING = Pattern.compile("\\.[a-z][a-z0-9]{0,7}$");

  /** The number of different SHA-256. */
  private static final BigInteger HASHES = BigInteger.ONE.shiftLeft(256);

  /** Files whose names end alike and of which it is not known yet whether there are too many. */
  private static final class Alike {

    private final List<FileStatus> few = new ArrayList<>();
    private long bytes;
    private boolean tooMany;
  }

  /** Files that were not read, for one reason. */
  private static final class Unread {

    private final Set<String> endings = new TreeSet<>();
    private long files;
    private long bytes;

    @Override
    public String toString() {
      return Text.format(
          "%s (%s), %,d MiB", Texts.count(files, "file"), String.join(", ", endings), bytes >> 20);
    }
  }

  private final Configuration hadoop;
  private final Map<String, Alike> byEnding = new HashMap<>();
  private final SortedMap<String, Unread> byReason = new TreeMap<>();
  private BigInteger sum = BigInteger.ZERO;
  private String fault = "";

  FileStates(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Adds a file. */
  void add(FileStatus file) {
    Alike alike = byEnding.computeIfAbsent(ending(file), ending -> new Alike());
    if (alike.tooMany || file.getLen() > LARGEST) {
      addUnread(file);
      return;
    }
    alike.few.add(file);
    alike.bytes += file.getLen();
    if (alike.few.size() > MOST_FILES || alike.bytes > MOST_BYTES) {
      alike.tooMany = true;
      alike.few.forEach(this::addUnread);
      alike.few.clear();
    }
  }

  /** Reads the files of which there are few. Without it, they go by their states, too. */
  public FileStates read() {
    each(this::addRead);
    return this;
  }

  private void each(Consumer<FileStatus> action) {
    byEnding.values().forEach(alike -> alike.few.forEach(action));
    byEnding.clear();
  }

  private static String ending(FileStatus file) {
    Matcher ending = ENDING.matcher(file.getPath().getName().toLowerCase(Locale.ROOT));
    return ending.find() ? ending.group() : "others";
  }

  private static boolean isTagged(FileStatus file) {
    return file instanceof EtagSource tagged && tagged.getEtag() != null;
  }

  private void addRead(FileStatus file) {
    Path path = file.getPath();
    if (isTagged(file)) {
      addUnread(file);
      return;
    }
    String hash;
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      hash = Sha256.hexOfStream(in);
    } catch (IOException e) { // it is listed, but perhaps not for this user to read
      fault = fault.isEmpty() ? "unreadable (" + CauseText.of(e) + ")" : fault;
      addUnread(file, fault);
      return;
    }
    add(path + "\t" + hash);
  }

  private void addUnread(FileStatus file) {
    addUnread(file, "too many or too large to hash");
  }

  private void addUnread(FileStatus file, String reason) {
    add(file.getPath() + "\t" + FileState.of(file));
    if (!isTagged(file)) {
      Unread unread = byReason.computeIfAbsent(reason, one -> new Unread());
      unread.files++;
      unread.bytes += file.getLen();
      unread.endings.add(ending(file));
    }
  }

  private void add(String state) {
    byte[] hash = Sha256.of(state.getBytes(StandardCharsets.UTF_8));
    sum = sum.add(new BigInteger(1, hash)).mod(HASHES);
  }

  /** Returns the digest, in hexadecimal. */
  public String sha256() {
    each(this::addUnread);
    return Text.format("%064x", sum);
  }

  /** Returns a sentence about the files that were not read, and why; empty if all were. */
  public Optional<String> unread() {
    return byReason.entrySet().stream()
        .map(unread -> unread.getKey() + ": " + unread.getValue())
        .reduce((one, other) -> one + "; " + other)
        .map(all -> "Taken as unchanged by length and time alone, " + all);
  }
}
