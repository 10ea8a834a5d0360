package io.prumerge.finetune;

import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.store.Json;
import io.prumerge.store.OutputFile;
import io.prumerge.training.AdapterTrainer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where an unfinished training lies. A checkpoint is one file, written under another name and then
 * renamed: it is there whole or not at all. The same training writes the same bytes, so a second
 * attempt that Spark starts meanwhile does no harm.
 *
 * @param path the folder's URL
 */
record TrainingFolder(String path) implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String CHECKPOINT = "checkpoint-";
  private static final String PARTIAL = ".partial-";
  private static final String ADAPTER = "adapter-";

  /** The newest, and the one before it if that cannot be read. */
  private static final int KEPT = 2;

  Path root() {
    return new Path(path);
  }

  /** Returns the file with everything that decides the result of the training. */
  Path settings() {
    return new Path(root(), "settings.json");
  }

  /**
   * Returns the file with an environment that the training was begun or continued in.
   *
   * @param number from 0
   */
  Path environment(int number) {
    return new Path(root(), Text.format("environment-%05d.json", number));
  }

  /**
   * Returns the folder of a trained adapter until it is whole.
   *
   * @param name as {@link #write} returned it
   */
  Path adapter(String name) {
    return new Path(root(), name);
  }

  /** Returns whether a file or folder here is one that is being written. */
  static boolean isPartial(String name) {
    return name.startsWith(PARTIAL) || name.startsWith(ADAPTER);
  }

  /**
   * Returns a file system that writes no checksum files, which a model's folder has no place for.
   */
  FileSystem files(Configuration hadoop) throws IOException {
    FileSystem files = FileSystem.newInstance(root().toUri(), hadoop);
    files.setWriteChecksum(false);
    return files;
  }

  /** Writes a checkpoint, and removes those before the last two. */
  void save(AdapterTrainer trainer, TrainingProgress progress, Configuration hadoop)
      throws IOException {
    try (FileSystem files = files(hadoop)) {
      Path file = new Path(root(), Text.format("%s%08d", CHECKPOINT, trainer.steps()));
      Path partial = new Path(root(), PARTIAL + UUID.randomUUID());
      byte[] text = Json.line(progress).getBytes(StandardCharsets.UTF_8);
      try (DataOutputStream out = new DataOutputStream(OutputFile.create(files, partial, false))) {
        out.writeInt(text.length);
        out.write(text);
        trainer.saveState(out);
      }
      if (files.exists(file) || !files.rename(partial, file)) {
        files.delete(partial, false);
      }
      List<Path> all = checkpoints(files);
      for (Path old : all.subList(0, Math.max(0, all.size() - KEPT))) {
        files.delete(old, false);
      }
    }
  }

  /**
   * Brings a training to where its last checkpoint was.
   *
   * @return what it had reported by then; nothing without a checkpoint
   * @throws Failure if the checkpoint cannot be read
   */
  TrainingProgress restore(AdapterTrainer trainer, Configuration hadoop) throws IOException {
    try (FileSystem files = files(hadoop)) {
      List<Path> all = checkpoints(files);
      return all.isEmpty()
          ? TrainingProgress.NONE
          : restored(all.get(all.size() - 1), trainer, files);
    }
  }

  /** Returns the training's log up to its last checkpoint; empty without one. */
  TrainingProgress progress(Configuration hadoop) throws IOException {
    try (FileSystem files = files(hadoop)) {
      List<Path> all = checkpoints(files);
      if (all.isEmpty()) {
        return TrainingProgress.NONE;
      }
      try (DataInputStream in = new DataInputStream(files.open(all.get(all.size() - 1)))) {
        return reported(in);
      }
    }
  }

  private static TrainingProgress reported(DataInputStream in) throws IOException {
    String text = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    return Json.read(text, TrainingProgress.class);
  }

  private static TrainingProgress restored(Path file, AdapterTrainer trainer, FileSystem files)
      throws IOException {
    try (DataInputStream in = new DataInputStream(files.open(file))) {
      TrainingProgress progress = reported(in);
      trainer.restore(in);
      if (progress.steps().size() != trainer.steps()) {
        throw new IOException("it reports other steps than it took");
      }
      return progress;
    } catch (IOException | IllegalArgumentException e) {
      throw new Failure(
          Text.format(
              "Cannot go on from %s: %s; delete it to go on from the one before, if there is one",
              file, e.getMessage()));
    }
  }

  /** Returns whether the training came to a checkpoint. */
  boolean hasCheckpoint(Configuration hadoop) throws IOException {
    try (FileSystem files = files(hadoop)) {
      return !checkpoints(files).isEmpty();
    }
  }

  private List<Path> checkpoints(FileSystem files) throws IOException {
    List<Path> checkpoints = new ArrayList<>();
    if (files.exists(root())) { // an object store has no empty folders
      for (FileStatus file : files.listStatus(root())) {
        if (file.getPath().getName().startsWith(CHECKPOINT)) {
          checkpoints.add(file.getPath());
        }
      }
    }
    checkpoints.sort(Comparator.comparing(Path::getName));
    return checkpoints;
  }

  /** Writes the trained adapter into a new folder, and returns its name. */
  String write(AdapterTrainer trainer, TrainingJob job, Configuration hadoop) throws IOException {
    String name = ADAPTER + UUID.randomUUID();
    java.nio.file.Path local = Files.createTempDirectory("prumerge-adapter-");
    try (FileSystem files = files(hadoop)) {
      trainer.saveAdapter(local, job.base(), job.storage().adapter());
      for (java.nio.file.Path file : listed(local)) {
        try (InputStream in = Files.newInputStream(file);
            var out =
                OutputFile.create(
                    files, new Path(adapter(name), file.getFileName().toString()), false)) {
          in.transferTo(out);
        }
      }
      return name;
    } finally {
      for (java.nio.file.Path file : listed(local)) {
        Files.delete(file);
      }
      Files.delete(local);
    }
  }

  private static List<java.nio.file.Path> listed(java.nio.file.Path folder) throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
