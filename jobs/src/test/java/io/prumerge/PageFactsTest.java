package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the sentences that answer what users ask most, so that a shorter page does not lose one. If
 * a sentence is worded anew or moves to another page, say so here; it must still answer the topic.
 */
class PageFactsTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** What users ask, and the sentences that answer it, as a page has them between line ends. */
  private enum Topic {
    RETENTION(
        "jobs/README.md",
        "**retention** is the mean over benchmarks of a figure divided by the same figure with all"
            + " tokens"),
    METHOD_BUDGETS(
        "jobs/README.md",
        "| `tokens=@SPEC` | as many as the method SPEC leaves of the same image, summary token"
            + " included |"),
    POSITIONS(
        "jobs/README.md",
        "the tokens that are left then have the positions that they would have among all tokens of"
            + " the image",
        "Without it, or with `positions=packed`, they close up"),
    REDUCE_BY(
        "jobs/README.md",
        "`--reduce-by first` reduces an image by its first question that can be asked, and asks all"
            + " its questions about the tokens that are left"),
    RESUME(
        "jobs/README.md",
        "After a crash, the same command with `--resume` does the chunks that were not committed.",
        "It refuses other settings; and another code, libtorch"),
    ERROR_KINDS(
        "jobs/TABLES.md",
        "The column `error` of `predictions` begins with one of: `image_missing`",
        "`endpoint_failed`."),
    INTERVALS(
        "jobs/TABLES.md",
        "`clustered_wilson`: Wilson's score interval of the share of the maximum, for the number of"
            + " independent answers that would have the clustered standard error"),
    ANSWER_CACHE(
        "jobs/README.md",
        "An answer is reused only if all that determines it is equal:"
            + " - image or frames, the frames' times, prompt, token limit"),
    TOLERANCES(
        "udfs/EXACTNESS.md",
        "Features and logits are within 1e-4 (1 + abs(x)), the evidence of methods (attention, keys,"
            + " sums) within 1e-5 of the largest value.",
        "Greedy ids are equal up to the first step whose two best logits are closer than 1e-3"),
    TEMPLATES(
        "udfs/README.md",
        "`--conv-mode auto`, the default everywhere, asks a model in its own conversation template:"
            + " the one that an adapter's `training.json` names, else the family's."),
    MEMORY(
        "conf/README.md",
        "Memory: give an executor, in addition to its heap, 3 GiB outside of it"
            + " (`spark.executor.memoryOverhead`), and the weights where they are not on a GPU"),
    JUDGES_KEY(
        "jobs/README.md", "`--judge URL`, whose key is the environment variable `OPENAI_API_KEY`."),
    LICENCES(
        "jobs/PAPER.md",
        "Sizes and licences that are not given are on the card.",
        "VQAv2 is under CC BY 4.0"),
    NEVER_RUN("conf/README.md", "**Never run:** YARN, Kubernetes, the Dockerfile, several GPUs.");

    private final String page;
    private final List<String> sentences;

    Topic(String page, String... sentences) {
      this.page = page;
      this.sentences = List.of(sentences);
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePageSaysIt(Topic topic) throws IOException {
    String page = Files.readString(ROOT.resolve(topic.page)).replaceAll("\\s+", " ");

    assertThat(topic.sentences)
        .as("sentences that %s lacks", topic.page)
        .filteredOn(sentence -> !page.contains(sentence))
        .isEmpty();
  }
}
