package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.SparseWeights;
import io.prumerge.benchmark.file.DogsAndCats;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Wording;
import io.prumerge.host.Processor;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.settings.AnswerSource;
import io.prumerge.torch.Precision;
import io.prumerge.torch.WeightShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class ConvertedWeightsTest {

  private static final Path SMALL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava");

  /** Words of a vocabulary that make the two embeddings 1.08 GB in fp32, half of it in bf16. */
  private static final int WORDS = 700_000;

  @TempDir private Path folder;

  @Test
  void theWeightsOfAnotherTypeAreCountedAsTheyAreConverted() {
    Checkpoint checkpoint = Checkpoint.open(SMALL); // all of it in bf16
    for (Precision other : List.of(Precision.FP32, Precision.FP16)) {
      assertThat(ConvertedWeights.of(AnswerSource.parse("mini"), checkpoint, other).bytes())
          .isEqualTo(new WeightShards(checkpoint, other, WeightShards.SHARD_BYTES).bytes());
    }
    assertThat(ConvertedWeights.of(AnswerSource.parse("mini"), checkpoint, Precision.BF16).bytes())
        .isZero();
  }

  @Test
  void adviceBeginsAtAGigabyte() {
    long least = ConvertedWeights.LEAST_BYTES;
    AnswerSource model = AnswerSource.parse("/models/llava-1.5-7b-hf");
    assertThat(new ConvertedWeights(model, Precision.FP32, least - 1).advice()).isEmpty();
    assertThat(new ConvertedWeights(model, Precision.FP32, least).advice())
        .map(Wording::onCommandLine)
        .hasValue(
            "Each process converts /models/llava-1.5-7b-hf to fp32 while it loads it, 953 MiB in"
                + " memory of its own. Convert it once, and processes of one host map a file and"
                + " share these pages: prumerge-spark prepare-model --model /models/llava-1.5-7b-hf"
                + " --dtype fp32 --output llava-1.5-7b-hf-fp32");
  }

  /** A checkpoint of half a gigabyte in bf16, whose file has a header and holes. */
  private Path large() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path large = folder.resolve("large");
    FileUtils.copyDirectory(SMALL.toFile(), large.toFile());
    ObjectNode config = (ObjectNode) json.readTree(SMALL.resolve("config.json").toFile());
    ((ObjectNode) config.get("text_config")).put("vocab_size", WORDS);
    json.writeValue(large.resolve("config.json").toFile(), config);
    Files.delete(large.resolve(SparseWeights.FILE));
    SparseWeights.write(large, TensorType.BF16);
    return large;
  }

  private CommandLineRun evaluate(Path model, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--model", model.toString(), "--device", "cpu"));
    arguments.addAll(List.of("--examples", folder.resolve("pope.examples").toString()));
    arguments.addAll(List.of("--output", folder.resolve("run").toString()));
    arguments.addAll(List.of("--method", "prumerge", "--max-new-tokens", "1"));
    arguments.addAll(List.of("--conv-mode", "vicuna_v1"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void theDryRunAndTheRunSayWhatConvertingOnceSavesWhereItDoes() throws IOException {
    LocalSpark.session();
    DogsAndCats.drawn(folder.resolve("pope"), 1).prepare(folder.resolve("pope.examples"));
    Path large = large();
    String command = large + " --dtype fp32 --output large-fp32";

    CommandLineRun plan = evaluate(large, "--dtype", "fp32", "--dry-run");
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.err())
        .containsPattern("to fp32 while it loads it, 1,0\\d\\d MiB in memory of its own")
        .contains(command);
    JsonNode document =
        new ObjectMapper()
            .readTree(evaluate(large, "--dtype", "fp32", "--dry-run", "--json").out());
    assertThat(document.path("cluster").path("remarks").toString()).contains(command);

    assertThat(evaluate(large, "--dtype", "bf16", "--dry-run").err())
        .as("as it is stored")
        .doesNotContain("prepare-model");
    assertThat(evaluate(SMALL, "--dtype", "fp32", "--dry-run").err())
        .as("small")
        .doesNotContain("prepare-model");
    assertThat(evaluate(large, "--dry-run").err().contains("prepare-model"))
        .as("auto on this machine")
        .isNotEqualTo(Processor.ofHost().multipliesBf16());

    assertThat(evaluate(large, "--dtype", "fp32").err()).contains(command);
  }
}
