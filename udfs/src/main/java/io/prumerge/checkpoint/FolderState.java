package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the entries of a model's files say, read without opening those of weights: it changes with
 * every file that the model's answers depend on.
 *
 * @param files states by the files' paths
 */
public record FolderState(SortedMap<String, FileStat> files) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The state of no file. */
  public static final FolderState NONE = new FolderState(Collections.emptySortedMap());

  public FolderState {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * Returns the present state.
   *
   * @throws CheckpointException if the folders hold no model, or a file cannot be looked at
   */
  public static FolderState of(ModelFolders folders) {
    Set<Path> paths = new LinkedHashSet<>();
    SideFile.settings(folders).forEach(side -> paths.add(side.path()));
    SideFile.ofVideos(folders).forEach(side -> paths.add(side.path()));
    SideFile.tokenizer(folders).forEach(side -> paths.add(side.path()));
    Set<Path> all = new LinkedHashSet<>(folders.all());
    all.add(Checkpoint.imageFolder(folders));
    for (Path folder : all) {
      paths.addAll(WeightFiles.paths(folder));
      paths.addAll(Adapter.paths(folder));
    }
    SortedMap<String, FileStat> files = new TreeMap<>();
    for (Path path : paths) {
      try {
        files.put(path.toString(), FileStat.of(path));
      } catch (NoSuchFileException e) {
        // It is being replaced; whoever opens the model says what is missing.
      } catch (IOException e) {
        throw new CheckpointException("Cannot look at " + path + ": " + CauseText.of(e), e);
      }
    }
    return new FolderState(files);
  }
}
