package io.prumerge.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Writes the SHA-256 of the bits that every golden checkpoint computes, to compare two commits:
 * tokens after the connector, logits and answers. See conf/README.md.
 */
class ForwardProof {

  private static final Path PROOF = Path.of("target", "proof.txt");
  private static final List<String> PICTURES = List.of("photo.png", "wide.png");
  private static final String QUESTION = "Is there a dog in the image?";
  private static final int NEW_TOKENS = 8;

  /** A checkpoint's folders below {@code goldens/}, its conversation and the methods it allows. */
  private record Case(String folders, String conversation, List<String> methods) {

    ModelFolders model() {
      return ModelFolders.of(Stream.of(folders.split("\\+")).map(Goldens::path).toList());
    }
  }

  /** Methods for every model. */
  private static final List<String> CUTS =
      List.of(
          "none",
          "dart:layer=1,tokens=2",
          "fastv:layer=1,tokens=3",
          "fastv:layer=1,tokens=3,variant=rows",
          "pact:layer=1",
          "pyramiddrop:layers=1/2",
          "sparsevlm:budgets=4/2,layers=0/1",
          "sparsevlm:budgets=4/2,layers=0/1,version=2",
          "v2drop:layers=1/2,ratios=0.5/0.3",
          "vtw:layer=1");

  /** Methods for every model that shows patches. */
  private static final List<String> PATCHES =
      with(
          CUTS,
          "divprune:tokens=6",
          "first:tokens=6",
          "hiprune:layer=1,tokens=6",
          "mmtok:tokens=6",
          "pool:tokens=6",
          "random:tokens=6",
          "spatial:tokens=6",
          "tome:tokens=12",
          "uniform:tokens=6",
          "vispruner:attention=received,tokens=6");

  /** Methods for every model whose tower has a class token. */
  private static final List<String> ALL =
      with(
          PATCHES,
          "fastervlm:tokens=6",
          "flowcut:tokens=6",
          "hired:tokens=6",
          "holov:mode=capped,tokens=16",
          "prumerge",
          "prumerge+",
          "prumerge:variant=paper",
          "prumerge:merge=false",
          "prunesid:tokens=9",
          "scope:tokens=6",
          "visionzip:tokens=9",
          "vispruner:tokens=6",
          "vscan:layer=1,tokens=6");

  /** Methods that look at the question with CLIP's text tower, which one checkpoint has. */
  private static final String[] CLIP = {"cdpruner:clip=CLIP,tokens=6", "trim:clip=CLIP,tokens=6"};

  private static final List<Case> CASES =
      List.of(
          new Case("checkpoints/mha", "vicuna_v1", with(ALL, CLIP)),
          new Case("checkpoints/gqa", "vicuna_v1", ALL),
          new Case("checkpoints/bf16", "vicuna_v1", ALL),
          new Case("layouts/hf", "vicuna_v1", ALL),
          new Case("layouts/llava", "vicuna_v1", ALL),
          new Case("layouts/vicuna+layouts/lora", "vicuna_v1", ALL),
          new Case("layouts/vicuna+layouts/projector", "vicuna_v1", ALL),
          new Case("layouts/hf+layouts/patterns", "vicuna_v1", ALL),
          new Case("layouts/hf+layouts/fan", "vicuna_v1", ALL),
          new Case("families/next", "llava_v1", ALL),
          new Case("families/next-mistral", "mistral_instruct", ALL),
          new Case("families/shikra", "shikra", ALL),
          new Case("onevision/tied", "qwen_1_5", PATCHES),
          new Case("onevision/untied", "qwen_1_5", PATCHES),
          new Case("intern/small", "internvl_hf", ALL),
          new Case("intern/large", "internvl_hf", ALL),
          new Case("opt/llava", "plain", ALL),
          new Case("opt/blip2", "blip2", CUTS),
          new Case("queries/blip2", "blip2", CUTS),
          new Case("queries/instructblip", "instructblip", CUTS));

  private static List<String> with(List<String> methods, String... more) {
    return Stream.concat(methods.stream(), Stream.of(more)).toList();
  }

  @Test
  void writesWhatEveryGoldenCheckpointComputes()
      throws IOException, ImageException, PromptException {
    List<String> lines = new ArrayList<>();
    for (Case one : CASES) {
      for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
        compute(one, precision, lines);
      }
    }
    assertThat(OpenValues.count()).isZero();
    Files.write(PROOF, lines);
  }

  private static void compute(Case one, Precision precision, List<String> lines)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(one.model());
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), precision);
        LlavaProcessor processor =
            LlavaProcessor.load(checkpoint, ImageAspect.AUTO, one.conversation());
        QuestionReader reader = model.reader(processor.tokenizer(), processor.prompts())) {
      EncodedPrompt prompt = processor.prompts().withImage(QUESTION);
      for (String picture : PICTURES) {
        PreparedImages views = GoldenPictures.views(processor, picture);
        for (String method : one.methods()) {
          String name = String.join(" ", one.folders(), precision.toString(), picture, method);
          try {
            String spec = method.replace("CLIP", Goldens.path("clips/mha").toString());
            TokenReducer reducer = TokenReducers.of(MethodSpec.parseKnown(spec));
            answer(model, reader, prompt, views, reducer, name, lines);
          } catch (ReductionException e) {
            lines.add(line(e.getMessage().getBytes(UTF_8), "refused", name));
          }
        }
      }
    }
  }

  private static void answer(
      LlavaModel model,
      QuestionReader reader,
      EncodedPrompt prompt,
      PreparedImages views,
      TokenReducer method,
      String name,
      List<String> lines)
      throws IOException {
    TowerDepth depth = TowerDepth.of(List.of(method));
    try (EncodedImages image = model.encode(List.of(views), depth).get(0);
        ReducedImages tokens =
            method.perQuestion() ? image.reduce(method, QUESTION, reader) : image.reduce(method);
        ProjectedTokens visual = model.project(tokens, List.of(prompt.instruction())).get(0)) {
      int slot = prompt.lastSlot();
      PromptGroup group =
          new PromptGroup(
              Arrays.copyOf(prompt.ids(), slot + 1),
              slot,
              visual,
              method.cuts(visual.tokens(), image.decoderLayers()),
              List.of(Arrays.copyOfRange(prompt.ids(), slot + 1, prompt.ids().length)),
              List.of(new GenerationLimits(NEW_TOKENS, 0)));
      lines.add(line(bytes(model.floats(visual.rows())), "tokens", name));
      lines.add(line(bytes(model.logits(group)), "logits", name));
      String answer = Arrays.toString(GoldenModel.greedy(model, group));
      lines.add(line(answer.getBytes(UTF_8), "answer", name));
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static String line(byte[] content, String what, String name) {
    return Sha256.hex(content) + "  " + what + " " + name;
  }
}
