package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.OpenValues;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.script.ScriptText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Users' scripts in the engine: FasterVLM's rows exactly, and faults that stay in their rows. */
@Tag("model")
class ScriptedMethodsTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 4), new Question("And is it red?", 4));
  private static final String PRUMERGE_WITHOUT_SUMMARY =
      """
          x = evidence["features"]
          a = evidence["full_width_attention"]
          kept = torch.argsort(a, stable=True, dim=-1, descending=True)
          kept = torch.slice(kept, 0, 0, int(numbers["tokens"]))
          weights = torch.index_select(torch.eye(torch.size(x, 0)), 0, kept)
          rest = torch.index_fill(a, 0, kept, 0.)
          return (kept, torch.cat([weights, torch.unsqueeze(rest, 0)], 0))
      """;

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  private static List<Answer> answers(ModelLease lease, String... methods) throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    return lease.answer(
        new ImageRequest(
            image, QUESTIONS, Stream.of(methods).map(MethodSpec::parseKnown).toList()));
  }

  // All of an answer but the method's name and the times.
  private static List<Object> row(Answer answer) {
    List<Object> row = new ArrayList<>();
    row.add(answer.question());
    row.add(answer.text());
    row.add(answer.finishReason());
    row.add(answer.tokens().visualBefore());
    row.add(answer.tokens().visualAfter());
    row.add(answer.tokens().visualLayerMean());
    int[] kept = answer.tokens().keptIndices();
    row.add(kept == null ? null : List.of(boxed(kept)));
    row.add(answer.tokens().text());
    row.add(answer.tokens().generated());
    row.add(answer.work().cost());
    row.add(answer.work().flopsExecuted());
    row.add(answer.work().kvCacheBytes());
    row.add(answer.error());
    return row;
  }

  private static Integer[] boxed(int[] values) {
    Integer[] all = new Integer[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  @Test
  void fasterVlmAsAScriptGivesItsRows() throws IOException {
    ScriptText.fasterVlm("fast.pt");
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      answers(lease, "none");
      for (String tokens : new String[] {"1", "32", "575", "576", "@prumerge"}) {
        List<Answer> ours = answers(lease, "fastervlm:tokens=" + tokens);
        List<Answer> script = answers(lease, "script:fast.pt,tokens=" + tokens);
        assertThat(ours).extracting(Answer::error).containsOnlyNulls();
        assertThat(script.stream().map(ScriptedMethodsTest::row))
            .isEqualTo(ours.stream().map(ScriptedMethodsTest::row).toList());
      }
      List<Answer> both = answers(lease, "fastervlm:tokens=32", "script:fast.pt,tokens=32", "none");
      assertThat(both.get(0).text()).isEqualTo(both.get(1).text());
      assertThat(both.get(0).tokens().keptIndices()).isEqualTo(both.get(1).tokens().keptIndices());
    }
  }

  /** PruMerge's selection and summary, without its merging. */
  @Test
  void weightsMakeSums() throws IOException {
    ScriptText.file(
        "sums.pt",
        "{\"sees\": \"features,full_width_attention\"}",
        "Tuple[Tensor, Tensor]",
        PRUMERGE_WITHOUT_SUMMARY);
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> answers =
          answers(lease, "prumerge:merge=false,tokens=21", "script:sums.pt,tokens=20");
      for (int q = 0; q < QUESTIONS.size(); q++) {
        Answer ours = answers.get(2 * q);
        Answer script = answers.get(2 * q + 1);
        assertThat(script.error()).isNull();
        assertThat(script.tokens().visualAfter())
            .isEqualTo(ours.tokens().visualAfter())
            .isEqualTo(21);
        assertThat(script.tokens().keptIndices()).isEqualTo(ours.tokens().keptIndices());
        assertThat(script.text()).isEqualTo(ours.text());
        assertThat(script.work().cost()).isEqualTo(ours.work().cost());
      }
    }
  }

  @Test
  void aFaultStaysInItsRows() throws IOException {
    String[][] faults = {
      {"throws.pt", "Tensor", "ops.prim.RaiseException(\"no good patch\")", "no good patch"},
      {
        "key.pt",
        "Tensor",
        "return torch.slice(torch.argsort(evidence[\"grid\"]), 0, 0, int(numbers[\"missing\"]))",
        "KeyError: missing"
      },
      {
        "float.pt",
        "Tensor",
        "return torch.mul(evidence[\"features\"], float(\"nan\"))",
        "it returned patches as float32 [576, 48]; they must be int64 [m]"
      },
      {
        "matrix.pt",
        "Tensor",
        "return torch.zeros([2, 3], dtype=4)",
        "it returned patches as int64 [2, 3]; they must be int64 [m]"
      },
      {
        "far.pt",
        "Tensor",
        "return torch.arange(570, 580)",
        "it returned patch 576; the image has patches 0 to 575"
      },
      {
        "farther.pt",
        "Tensor",
        "return torch.arange(2000000000, 2000000004)",
        "it returned patch 2000000000; the image has patches 0 to 575"
      },
      {
        "many.pt", // a view of one number: 2,000,000,000 of them need no memory
        "Tensor",
        "return torch.expand(torch.zeros([1], dtype=4), [2000000000])",
        "it returned 2,000,000,000 patches of an image with patches 0 to 575; at most 576 are taken"
      },
      {
        "more.pt",
        "Tensor",
        "return torch.arange(577)",
        "it returned 577 patches of an image with patches 0 to 575; at most 576 are taken"
      },
      {
        "rows.pt",
        "Tuple[Tensor, Tensor]",
        "return (torch.arange(3), torch.expand(torch.zeros([1, 576]), [2000000000, 576]))",
        "it returned 2,000,000,000 rows of weights of an image with patches 0 to 575; at most 1,152"
      },
      {
        "negative.pt",
        "Tensor",
        "return torch.arange(-1, 5)",
        "it returned patch -1; the image has patches 0 to 575"
      },
      {"twice.pt", "Tensor", "return torch.zeros([3], dtype=4)", "it returned patch 0 twice"},
      {
        "empty.pt",
        "Tensor",
        "return torch.zeros([0], dtype=4)",
        "it returned no token; it must keep at least one patch"
      },
      {
        "int.pt",
        "int",
        "return 3",
        "it must return a tensor of patches, or a tuple of these and weights"
      },
      {
        "narrow.pt",
        "Tuple[Tensor, Tensor]",
        "return (torch.arange(3), torch.zeros([3, 4]))",
        "it returned weights as float32 [3, 4]; they must be float32 [tokens, 576]"
      },
      {
        "few.pt",
        "Tuple[Tensor, Tensor]",
        "return (torch.arange(3), torch.zeros([2, 576]))",
        "it returned 2 rows of weights for 3 kept patches"
      },
      {
        "nan.pt",
        "Tuple[Tensor, Tensor]",
        "return (torch.arange(3), torch.div(torch.zeros([3, 576]), 0.))",
        "it returned the weight NaN of patch 0 in token 0; weights must be finite"
      },
    };
    List<String> methods = new ArrayList<>(List.of("none"));
    for (String[] fault : faults) {
      String body =
          "    " + fault[2] + (fault[2].startsWith("return") ? "" : "\n    return torch.arange(1)");
      ScriptText.file(fault[0], "{\"sees\": \"features\"}", fault[1], body);
      methods.add("script:" + fault[0]);
    }
    ScriptText.file("count.pt", "{\"tokens\": \"exact\"}", "    return torch.arange(5)");
    methods.add("script:count.pt,tokens=4");
    methods.add("fastervlm:tokens=9");
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> alone = answers(lease, "none", "fastervlm:tokens=9");
      List<Answer> all = answers(lease, methods.toArray(String[]::new));
      long before = OpenValues.atRest();
      answers(lease, methods.toArray(String[]::new));
      assertThat(OpenValues.atRest()).isEqualTo(before);
      for (int q = 0; q < QUESTIONS.size(); q++) {
        List<Answer> own = all.subList(q * methods.size(), (q + 1) * methods.size());
        for (int f = 0; f < faults.length; f++) {
          assertThat(own.get(1 + f).error())
              .startsWith("reduction_failed: script " + faults[f][0] + ": ")
              .contains(faults[f][3]);
        }
        assertThat(own.get(1 + faults.length).error())
            .isEqualTo("reduction_failed: script count.pt: it returned 5 tokens where tokens is 4");
        assertThat(own.get(0).text()).isEqualTo(alone.get(2 * q).text());
        assertThat(own.get(2 + faults.length).text()).isEqualTo(alone.get(2 * q + 1).text());
      }
    }
  }

  /** What a script writes into is its own. */
  @Test
  void evidenceIsACopy() throws IOException {
    ScriptText.file(
        "writes.pt",
        "{\"sees\": \"features,class_attention\"}",
        """
            x = torch.fill_(evidence["features"], 0.)
            a = torch.fill_(evidence["class_attention"], 0.)
            return torch.arange(int(torch.size(x, 0) / 2))
        """);
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      List<Answer> alone = answers(lease, "fastervlm:tokens=9");
      List<Answer> behind = answers(lease, "script:writes.pt", "fastervlm:tokens=9");
      assertThat(behind).extracting(Answer::error).containsOnlyNulls();
      for (int q = 0; q < QUESTIONS.size(); q++) {
        assertThat(behind.get(2 * q + 1).text()).isEqualTo(alone.get(q).text());
        assertThat(behind.get(2 * q + 1).tokens().keptIndices())
            .isEqualTo(alone.get(q).tokens().keptIndices());
      }
    }
  }
}
