package io.prumerge.store;

import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A new folder that a command writes besides its output, and shows before it. If the command is
 * killed between the two, the same command takes the folder up: a hidden note next to it says for
 * which output it was shown, and its files' sizes, so that nothing else of this name is replaced.
 */
public final class FolderBeside {

  private static final String NOTE = "unfinished";

  private final Path output;
  private final Path folder;
  private final Folders folders;

  private record Note(String output, SortedMap<String, Long> files) {

    Note {
      files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }
  }

  /** Names a folder that is written besides an output. */
  public FolderBeside(Path output, Path folder, Folders folders) {
    this.output = output;
    this.folder = folder;
    this.folders = folders;
  }

  /** Returns whether it is there and a command left it that was killed before its output was. */
  public boolean isLeft() throws IOException {
    FileSystem fs = folders.fileSystem(folder);
    Optional<Note> note = note(fs);
    return note.isPresent()
        && note.get().output().equals(output.toString())
        && !folders.fileSystem(output).exists(output)
        && fs.exists(folder)
        && CompleteTables.sizes(folder, "", fs).equals(note.get().files());
  }

  /** Writes it whole, in place of one that is left. */
  public void write(FolderWriter writer) throws IOException {
    FileSystem fs = folders.fileSystem(folder);
    WholeFolder.write(
        fs,
        folder,
        partial -> {
          writer.write(partial);
          if (isLeft()) {
            fs.delete(folder, true);
          }
          fs.delete(notePath(), false);
          Note note = new Note(output.toString(), CompleteTables.sizes(partial, "", fs));
          WholeFile.wroteFirst(fs, notePath(), Json.write(note));
        });
  }

  /** Says that the output is there, too. */
  public void finish() throws IOException {
    folders.fileSystem(folder).delete(notePath(), false);
  }

  private Path notePath() {
    return Folders.beside(folder, WholeFile.partialName(folder.getName()) + NOTE);
  }

  private Optional<Note> note(FileSystem fs) throws IOException {
    try {
      return fs.exists(notePath())
          ? Optional.of(Json.read(CompleteTables.text(notePath(), fs), Note.class))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // what it says is not known, so the folder stays
    }
  }
}
