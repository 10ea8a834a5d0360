package io.prumerge.lease;

import io.prumerge.store.Json;
import io.prumerge.store.OutputFile;
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

/**
 * The lease files of a run or table: one per driver that holds it or tries to, and one per lease
 * that another driver has ended. The latter stay, because a suspended driver may write its lease
 * once more when it comes back, long after the other one has finished and gone.
 */
public final class LeaseFolder {

  /** The folder's name within the folder that it protects. */
  public static final String NAME = "_lease";

  private static final Logger LOG = LoggerFactory.getLogger(LeaseFolder.class);
  private static final String SUFFIX = ".json";
  private static final String ENDED = ".ended";

  private final Path folder;
  private final FileSystem fs;

  /** Opens the leases on a folder, which need not exist yet. */
  public LeaseFolder(Path held, FileSystem fs) {
    this.folder = new Path(held, NAME);
    this.fs = fs;
  }

  /** Returns the folder that is protected. */
  Path held() {
    return folder.getParent();
  }

  /** Returns whether no driver holds the folder or tries to. */
  public boolean isFree() throws IOException {
    return !fs.exists(folder)
        || fs.listStatus(folder, path -> path.getName().endsWith(SUFFIX)).length == 0;
  }

  /**
   * Removes the protected folder, if nothing is in it but empty folders and marks of ended leases.
   * What is written meanwhile stays.
   */
  void removeIfEmpty() throws IOException {
    Path held = folder.getParent();
    if (!fs.exists(held) || !isFree()) { // an object store has no empty folders
      return;
    }
    for (FileStatus one : fs.listStatus(held)) {
      if (!one.getPath().getName().equals(NAME)) {
        removeEmpty(one);
      }
    }
    for (FileStatus one : fs.listStatus(held)) {
      if (!one.getPath().getName().equals(NAME)) {
        return;
      }
    }
    if (fs.exists(folder)) {
      for (FileStatus mark : fs.listStatus(folder, path -> path.getName().endsWith(ENDED))) {
        fs.delete(mark.getPath(), false);
      }
      removeEmpty(fs.getFileStatus(folder));
    }
    if (fs.exists(held)) {
      removeEmpty(fs.getFileStatus(held));
    }
  }

  private void removeEmpty(FileStatus place) throws IOException {
    if (place.isDirectory() && fs.listStatus(place.getPath()).length == 0) {
      try {
        fs.delete(place.getPath(), false);
      } catch (IOException e) {
        LOG.debug("A driver has begun meanwhile", e);
      }
    }
  }

  /** Writes a lease, or replaces it. */
  public void write(LeaseHolder mine) throws IOException {
    write(mine, file(mine.id()));
  }

  /** Ends another driver's lease for ever. */
  void end(String id, LeaseHolder mine) throws IOException {
    write(mine, ended(id));
    delete(id);
  }

  private void write(LeaseHolder mine, Path file) throws IOException {
    try (OutputStream out = OutputFile.create(fs, file, true)) {
      out.write(Json.write(mine).getBytes(StandardCharsets.UTF_8));
    }
  }

  void delete(String id) throws IOException {
    fs.delete(file(id), false);
  }

  boolean holds(String id) throws IOException {
    return fs.exists(file(id));
  }

  /** Returns whether another driver has ended a lease. */
  boolean isEnded(String id) throws IOException {
    return fs.exists(ended(id));
  }

  /** Returns the driver that has ended a lease; empty if its name cannot be read. */
  Optional<LeaseHolder> successor(String id) {
    try {
      return read(ended(id));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns all leases but this one. This one must just have been written: its time is the store's
   * current time.
   */
  List<OtherLease> others(LeaseHolder mine) throws IOException {
    long now = fs.getFileStatus(file(mine.id())).getModificationTime();
    List<OtherLease> others = new ArrayList<>();
    for (FileStatus status : fs.listStatus(folder)) {
      String name = status.getPath().getName();
      if (name.endsWith(SUFFIX) && !name.equals(mine.id() + SUFFIX)) {
        String id = name.substring(0, name.length() - SUFFIX.length());
        long age = now - status.getModificationTime();
        try {
          others.add(new OtherLease(id, read(status.getPath()), Duration.ofMillis(age)));
        } catch (FileNotFoundException e) {
          LOG.debug("A lease was given up while it was being read", e);
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

  private Path ended(String id) {
    return new Path(folder, id + ENDED);
  }
}
