package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.checkpoint.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileHashesTest {

  @TempDir private Path temp;

  /** Each of these files changes the ids of a prompt's tokens in some layout. */
  @Test
  void everyFileThatATokenizerIsReadFromCounts() throws IOException {
    Path model = temp.resolve("model");
    FileUtils.copyDirectory(
        Path.of(System.getProperty("project.root"), "conf", "mini-llava").toFile(), model.toFile());
    ModelFolders folders = ModelFolders.of(model);
    Set<String> hashes = new HashSet<>(Set.of(ModelFileHashes.tokenizer(folders)));
    String settings = ModelFileHashes.settings(folders);
    for (String name :
        new String[] {
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          "vocab.txt",
          "added_tokens.json",
          "qformer_tokenizer/tokenizer.json",
          "qformer_tokenizer/vocab.txt",
          "qformer_tokenizer/added_tokens.json"
        }) {
      Path file = model.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{}");
      assertThat(hashes.add(ModelFileHashes.tokenizer(folders))).as(name).isTrue();
    }
    assertThat(ModelFileHashes.settings(folders)).isEqualTo(settings);

    Files.writeString(model.resolve("video_preprocessor_config.json"), "{}");
    assertThat(ModelFileHashes.settings(folders)).isEqualTo(settings);
    assertThat(ModelFileHashes.settings(folders, "")).isEqualTo(settings);
    assertThat(ModelFileHashes.settings(folders, "qwen2:8")).isNotEqualTo(settings);

    String whole = ModelFileHashes.tokenizer(folders);
    for (String name : new String[] {"vocab.json", "merges.txt"}) {
      Files.writeString(model.resolve(name), "{}");
      assertThat(ModelFileHashes.tokenizer(folders)).as(name + " is not read").isEqualTo(whole);
    }
    Files.delete(model.resolve("tokenizer.json"));
    for (String name : new String[] {"vocab.json", "merges.txt"}) {
      hashes.add(ModelFileHashes.tokenizer(folders));
      Files.writeString(model.resolve(name), "{ }");
      assertThat(hashes.add(ModelFileHashes.tokenizer(folders))).as(name).isTrue();
    }
  }
}
