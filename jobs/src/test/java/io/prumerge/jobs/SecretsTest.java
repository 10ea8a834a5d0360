package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that a password in a command's argument is refused, and comes out nowhere. */
@Tag("spark")
class SecretsTest {

  private static final String SECRET = "hunter2";

  /** Nobody listens: a command that opened it would say so. */
  private static final String FTP = "ftp://someone:" + SECRET + "@127.0.0.1:1/x";

  private static final String WEB = "https://127.0.0.1:1/v1?api_key=" + SECRET;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prepare --benchmark pope --source FTP --output OUT",
        "prepare --benchmark pope --source HERE --output FTP",
        "prepare-model --model FTP --output OUT",
        "prepare-model --model HERE+FTP --output OUT",
        "prepare-model --model HERE --output FTP",
        "evaluate --model FTP --examples HERE --output OUT --method none",
        "evaluate --model HERE --examples FTP --output OUT --method none",
        "evaluate --model HERE --examples HERE --output FTP --method none",
        "evaluate --model HERE --examples HERE --output OUT --method trim:clip=FTP,tokens=4",
        "evaluate --model HERE --examples HERE --output OUT --method uniform:tokens=@trim:clip=FTP,tokens=4",
        "evaluate --model HERE --examples HERE --output OUT --method trim:clip=FTP,=4",
        "evaluate --model HERE --examples HERE --output OUT --method script:FTP",
        "evaluate --model HERE --examples HERE --output OUT --method none --device cpu --dtype fp32 --answer-cache FTP",
        "evaluate --model openai:FTP#m --examples HERE --output OUT --method none",
        "evaluate --model openai:WEB#m --examples HERE --output OUT --method none",
        "evaluate --model openai:WEB --examples HERE --output OUT --method none",
        "evaluate --model FTP --examples HERE --output OUT --method none --dry-run",
        "evaluate --model hf:FTP --examples HERE --output OUT --method none",
        "evaluate --model HERE --benchmark pope --source FTP --output OUT --method none",
        "evaluate --model HERE --benchmark pope --source mme=FTP --output OUT --method none",
        "evaluate --model HERE --benchmark pope mme vqav2 --source FTP HERE --output OUT --method none",
        "evaluate --model HERE --examples HERE --output OUT --method none --mlflow FTP",
        "report --runs HERE --output OUT --mlflow WEB",
        "sweep FTP --output OUT",
        "finetune --model FTP --data HERE --images HERE --output OUT",
        "finetune --model HERE --data FTP --images HERE --output OUT",
        "finetune --model HERE --data HERE --images FTP --output OUT",
        "score --benchmark mm-vet --source HERE --answers HERE --judge FTP",
        "score --benchmark mm-vet --source HERE --answers HERE --judge WEB",
        "score --benchmark mm-vet --source HERE --answers FTP",
        "score --benchmark mm-vet --source FTP --answers HERE",
        "score --benchmark mm-vet --source HERE --answers HERE --output FTP",
        "score --benchmark mm-vet --source HERE --answers HERE --judge https://127.0.0.1:1/v1 --judge-prompt FTP",
        "report --runs FTP --output OUT",
        "report --runs HERE --output FTP",
        "explain --model FTP --image HERE --output OUT",
        "explain --model HERE --image FTP --output OUT",
        "estimate --model FTP",
        "estimate --hardware-file FTP",
        "demo --model FTP --output OUT",
        "evaluate --model HERE --examples HERE --output OUT --method none --nosuch FTP",
        "evaluate --model HERE --examples HERE --output OUT --method FTP",
        "FTP",
      })
  void isRefusedAndNotShown(String command) throws IOException {
    LocalSpark.session();
    String line =
        command
            .replace("FTP", FTP)
            .replace("WEB", WEB)
            .replace("OUT", folder.resolve("out").toString())
            .replace("HERE", folder.toString());

    CommandLineRun run = CommandLineRun.of(line.split(" "));

    assertThat(run.code()).as(run.err()).isNotZero();
    assertThat(run.out() + run.err()).doesNotContain(SECRET, "NullPointer");
    assertThat(run.err()).doesNotContain("Connection refused");
    assertThat(written()).allSatisfy(file -> assertThat(file).doesNotContain(SECRET));
  }

  @Test
  void isRefusedWithWhatToDo() {
    CommandLineRun run =
        CommandLineRun.of("prepare-model", "--model", FTP, "--output", folder + "/out");

    assertThat(run.err())
        .contains("ftp://***@127.0.0.1:1/x", "spark.hadoop.fs.s3a.secret.key")
        .hasLineCount(1);
  }

  private List<String> written() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> file + (Files.isRegularFile(file) ? content(file) : "")).toList();
    }
  }

  private static String content(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
