package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.location.HubCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in a cache as huggingface_hub lays it out, made here file by file. */
class HubModelsTest {

  private static final String COMMIT = "a".repeat(40);

  private static final Map<String, String> SHARDED =
      Map.of(
          "config.json", "{\"model_type\": \"llava\"}",
          "tokenizer.json", "{}",
          "model.safetensors.index.json",
              "{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}",
          "one.safetensors", "1",
          "two.safetensors", "2");

  @TempDir private Path root;
  private Path repo;
  private HubCache cache;

  @BeforeEach
  void makeCache() throws IOException {
    cache = new HubCache(root);
    repo = root.resolve("models--org--name");
    for (Map.Entry<String, String> file : SHARDED.entrySet()) {
      put(file.getKey(), file.getValue());
    }
    ref("main", COMMIT);
  }

  private void put(String name, String text) throws IOException {
    Path blob = Files.createDirectories(repo.resolve("blobs")).resolve("e" + name.hashCode());
    Files.writeString(blob, text);
    Path link = Files.createDirectories(snapshot(COMMIT)).resolve(name);
    Files.createSymbolicLink(link, link.getParent().relativize(blob));
  }

  private Path snapshot(String commit) {
    return repo.resolve("snapshots").resolve(commit);
  }

  private void ref(String name, String commit) throws IOException {
    Path ref = repo.resolve("refs").resolve(name);
    Files.createDirectories(ref.getParent());
    Files.writeString(ref, commit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf:org/name", "org/name", "hf:org/name@v1.0", "hf:org/name@refs/pr/1"})
  void aNameIsItsSnapshot(String name) throws IOException {
    ref("v1.0", COMMIT);
    ref("refs/pr/1", COMMIT);

    assertThat(HubModels.find(cache, name)).contains(snapshot(COMMIT));
  }

  @Test
  void aCommitIsFoundInFullAndAsItWasAskedFor() throws IOException {
    ref("aaaaaaa", COMMIT);

    assertThat(HubModels.find(cache, "hf:org/name@" + COMMIT)).contains(snapshot(COMMIT));
    assertThat(HubModels.find(cache, "hf:org/name@aaaaaaa")).contains(snapshot(COMMIT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HubModels.find(cache, "hf:org/name@aaaa"))
        .withMessageEndingWith("download it: hf download org/name --revision aaaa");
  }

  @Test
  void whatIsNotThereGetsItsCommandAndABareOneIsAPath() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HubModels.find(cache, "hf:org/other"))
        .withMessage(
            "hf:org/other is not in the Hugging Face cache %s; download it: hf download org/other",
            root);
    assertThat(HubModels.find(cache, "org/other")).isEmpty();
    assertThat(HubModels.find(cache, "models/llava/x")).isEmpty();
    assertThat(HubModels.find(cache, "hdfs://x/y")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          config.json                  | config.json is missing
          tokenizer.json               | its tokenizer is missing
          two.safetensors              | names the shard 'two.safetensors', which is missing
          model.safetensors.index.json | there is no weight file
          """)
  void aFileThatIsMissingIsNamed(String name, String reason) throws IOException {
    Files.delete(snapshot(COMMIT).resolve(name));

    assertRefused("hf:org/name", reason);
    assertRefused("org/name", reason);
  }

  private void assertRefused(String name, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HubModels.find(cache, name))
        .withMessageStartingWith("hf:org/name is not whole in the Hugging Face cache: in ")
        .withMessageContaining(reason)
        .withMessageEndingWith("; finish the download: hf download org/name");
  }

  @Test
  void aDownloadThatHasNotEndedIsNotWhole() throws IOException {
    Path blob = repo.resolve("blobs/0123");
    Files.writeString(blob.resolveSibling("0123.incomplete"), "");
    assertRefused("hf:org/name", "its download has not ended, as blobs/0123.incomplete shows");

    Files.writeString(blob, "came in another way");
    assertThat(HubModels.find(cache, "hf:org/name")).isPresent();

    Files.delete(repo.resolve("blobs/e" + "one.safetensors".hashCode()));
    assertRefused("hf:org/name", "one.safetensors links to nothing");
  }

  @Test
  void aReferenceLeadsOnlyToACommit() throws IOException {
    Files.createDirectories(root.resolve("outside"));
    ref("evil", "../../outside");
    ref("text", "no commit");

    assertThat(HubModels.find(cache, "org/name@evil")).isEmpty();
    assertThat(HubModels.find(cache, "org/name@text")).isEmpty();
    assertThat(HubModels.find(cache, "org/name@../../../../outside")).isEmpty();
  }

  @Test
  void anAdapterNeedsItsWeightsAlone() throws IOException {
    for (String name : SHARDED.keySet()) {
      Files.delete(snapshot(COMMIT).resolve(name));
    }
    put("adapter_config.json", "{}");
    assertRefused("hf:org/name", "its weights are missing");

    put("adapter_model.safetensors", "1");
    assertThat(HubModels.find(cache, "hf:org/name")).isPresent();
  }
}
