package io.prumerge.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.config.CheckpointException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardedCheckpointTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";
  private static final String NORM = "language_model.model.norm.weight";

  @TempDir private Path folder;
  private final Map<String, Map<String, List<Long>>> shards = new TreeMap<>();
  private final Map<String, String> index = new TreeMap<>();

  @BeforeEach
  void split() {
    shards.put(FIRST, new TreeMap<>());
    shards.put(SECOND, new TreeMap<>());
    TinyCheckpoint.shapes()
        .forEach(
            (name, shape) -> {
              String shard = name.startsWith("vision_tower") ? FIRST : SECOND;
              shards.get(shard).put(name, shape);
              index.put(name, shard);
            });
  }

  @Test
  void readsEveryShard() throws IOException {
    write();
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertThat(checkpoint.tensors().keySet()).isEqualTo(TinyCheckpoint.shapes().keySet());
    assertThat(checkpoint.tensor(NORM).file()).isEqualTo(folder.resolve(SECOND));
    byte[] first = Files.readAllBytes(folder.resolve(FIRST));
    byte[] second = Files.readAllBytes(folder.resolve(SECOND));
    assertThat(checkpoint.bytes()).isEqualTo(first.length + second.length);
    String lines = Sha256.hex(first) + "\n" + Sha256.hex(second) + "\n";
    assertThat(checkpoint.digest())
        .as("the hash of their hashes")
        .isEqualTo(Sha256.hex(lines.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void prefersTheSingleFile() throws IOException {
    write();
    TinyCheckpoint.write(folder, TinyCheckpoint.CONFIG, TinyCheckpoint.shapes());
    assertThat(Checkpoint.open(folder).tensor(NORM).file())
        .isEqualTo(folder.resolve("model.safetensors"));
  }

  @Test
  void followsLinksAsHubCachesHaveThem() throws IOException {
    write();
    Path blob = Files.createDirectories(folder.resolve("blobs")).resolve("0123abc");
    Files.move(folder.resolve(FIRST), blob);
    Files.createSymbolicLink(folder.resolve(FIRST), folder.relativize(blob));
    assertThat(Checkpoint.open(folder).tensors()).hasSize(TinyCheckpoint.shapes().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../x.safetensors",
        "/x.safetensors",
        "a/b.safetensors",
        "a\\u0000"
      })
  void refusesShardsOutsideTheFolder(String name) throws IOException {
    index.put(NORM, name);
    write();
    assertRefused("model.safetensors.index.json names the shard '");
  }

  @Test
  void namesAShardThatIsMissing() throws IOException {
    write();
    Files.delete(folder.resolve(SECOND));
    assertRefused(
        "model.safetensors.index.json names the shard '" + SECOND + "', which is missing");
  }

  @Test
  void namesATensorThatIsNotInItsShard() throws IOException {
    shards.get(SECOND).remove(NORM);
    write();
    assertRefused("says that tensor '" + NORM + "' is in " + SECOND + ", but it is in no shard");
    shards.get(FIRST).put(NORM, List.of(4L));
    write();
    assertRefused("says that tensor '" + NORM + "' is in " + SECOND + ", but it is in " + FIRST);
  }

  @Test
  void namesATensorThatIsInTwoShards() throws IOException {
    shards.get(FIRST).put(NORM, List.of(4L));
    write();
    assertRefused("tensor '" + NORM + "' is both in " + FIRST + " and in " + SECOND);
  }

  @Test
  void namesATensorThatTheIndexDoesNotList() throws IOException {
    index.remove(NORM);
    write();
    assertRefused("model.safetensors.index.json does not list tensor '" + NORM + "' of " + SECOND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'weight_map':[]}", "{'weight_map':{'a':1}}", "{'weight_map':{'a':null}}"})
  void refusesAnIndexWithoutAMap(String text) throws IOException {
    write();
    Files.writeString(folder.resolve("model.safetensors.index.json"), text.replace('\'', '"'));
    assertRefused("model.safetensors.index.json: weight_map");
  }

  private void write() throws IOException {
    Files.writeString(folder.resolve("config.json"), TinyCheckpoint.CONFIG.replace('\'', '"'));
    for (Map.Entry<String, Map<String, List<Long>>> shard : shards.entrySet()) {
      SafetensorsBytes.write(folder.resolve(shard.getKey()), TensorType.F16, shard.getValue());
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        index.entrySet().stream()
            .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
            .collect(
                Collectors.joining(
                    ",", "{\"metadata\":{\"total_size\":1},\"weight_map\":{", "}}")));
  }

  private void assertRefused(String problem) {
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(problem);
  }
}
