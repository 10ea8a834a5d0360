package io.prumerge.checkpoint;

import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.text.InstructionTokenizer;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A file, next to the weights, that a model's answers depend on.
 *
 * @param name below its folder
 */
public record SideFile(String name, Path path) {

  private static final List<String> SETTINGS =
      List.of(
          "config.json",
          "generation_config.json",
          PreprocessorFile.FILE,
          PreprocessorFile.NESTING_FILE);

  private static final List<String> VIDEO = List.of(PreprocessorFile.VIDEO_FILE);

  /** Returns the existing files with a checkpoint's settings, without {@link #ofVideos}. */
  public static List<SideFile> settings(ModelFolders folders) {
    return all(folders, folder -> SETTINGS);
  }

  /**
   * Returns the existing files with a checkpoint's settings that only answers about videos need.
   */
  public static List<SideFile> ofVideos(ModelFolders folders) {
    return all(folders, folder -> VIDEO);
  }

  /** Returns the existing files of a checkpoint's tokenizer. */
  public static List<SideFile> tokenizer(ModelFolders folders) {
    return all(folders, SideFile::tokenizer);
  }

  private static List<String> tokenizer(Path folder) {
    String instruction = InstructionTokenizer.FOLDER;
    return Stream.concat(
            TokenizerFiles.in(folder).stream(),
            TokenizerFiles.in(folder.resolve(instruction)).stream()
                .map(name -> instruction + "/" + name))
        .toList();
  }

  // Folder by folder; of an original checkpoint also the CLIP folder's, wherever it was found.
  private static List<SideFile> all(ModelFolders folders, Function<Path, List<String>> names) {
    Set<Path> all = new LinkedHashSet<>(folders.all());
    all.add(Checkpoint.imageFolder(folders));
    List<SideFile> files = new ArrayList<>();
    for (Path folder : all) {
      for (String name : names.apply(folder)) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
          files.add(new SideFile(name, file));
        }
      }
    }
    return files;
  }
}
