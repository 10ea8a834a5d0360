package io.prumerge.run.lease;

import io.prumerge.store.Json;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease files of a run, one for each driver that holds it or wants to. */
public final class LeaseFolder {

  /** Its name in the run's folder. */
  public static final String NAME = "_lease";

  private static final Logger LOG = LoggerFactory.getLogger(LeaseFolder.class);
  private static final String SUFFIX = ".json";

  private final Path folder;
  private final FileSystem fs;

  public LeaseFolder(Path run, FileSystem fs) {
    this.folder = new Path(run, NAME);
    this.fs = fs;
  }

  /**
   * Another driver's lease.
   *
   * @param holder empty where the file cannot be read, as while it is being written
   * @param age since it was last written, by the store's clock; below zero where it was written
   *     after this driver's own, or dated ahead
   */
  record Other(String id, Optional<LeaseHolder> holder, Duration age) {}

  public void write(LeaseHolder mine) throws IOException {
    try (OutputStream out = fs.create(file(mine.id()), true)) {
      out.write(Json.write(mine).getBytes(StandardCharsets.UTF_8));
    }
  }

  void delete(String id) throws IOException {
    fs.delete(file(id), false);
  }

  boolean holds(String id) throws IOException {
    return fs.exists(file(id));
  }

  /** All leases but this one, which must have been written before: its time is the store's now. */
  List<Other> others(LeaseHolder mine) throws IOException {
    return others(mine, fs.getFileStatus(file(mine.id())).getModificationTime());
  }

  /** The driver that says it has ended this lease. */
  Optional<LeaseHolder> successor(LeaseHolder mine) throws IOException {
    return others(mine, 0).stream()
        .flatMap(other -> other.holder().stream())
        .filter(holder -> holder.takesOver().contains(mine.id()))
        .findFirst();
  }

  private List<Other> others(LeaseHolder mine, long now) throws IOException {
    List<Other> others = new ArrayList<>();
    for (FileStatus status : fs.listStatus(folder)) {
      String name = status.getPath().getName();
      if (name.endsWith(SUFFIX) && !name.equals(mine.id() + SUFFIX)) {
        String id = name.substring(0, name.length() - SUFFIX.length());
        long age = now - status.getModificationTime();
        try {
          others.add(new Other(id, read(status.getPath()), Duration.ofMillis(age)));
        } catch (FileNotFoundException e) {
          LOG.debug("A lease was given up while it was looked at", e);
        }
      }
    }
    return others;
  }

  private Optional<LeaseHolder> read(Path file) throws FileNotFoundException {
    try (InputStream in = fs.open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(Json.read(text, LeaseHolder.class));
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Path file(String id) {
    return new Path(folder, id + SUFFIX);
  }
}
