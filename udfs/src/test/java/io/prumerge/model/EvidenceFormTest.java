package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TowerShape;
import io.prumerge.family.Families;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.SmallPixels;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.EvidenceSizes;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a view reads of each kind of evidence has as many values as the shape that it states. */
@Tag("model")
class EvidenceFormTest {

  private static final TowerLayer LAST = new TowerLayer.Last();
  private static final int PATCHES = 24 * 24;
  private static final int SPACE = 20;
  private static final String CLIP = Goldens.path("clips/mha").toString();

  private static final List<TowerEvidence> OF_IMAGE =
      List.of(
          new TowerEvidence.FullWidthAttention(),
          new TowerEvidence.ClassAttention(LAST),
          new TowerEvidence.PatchAttention(LAST),
          new TowerEvidence.ColumnAttention(LAST),
          new TowerEvidence.KeyProducts(LAST),
          new TowerEvidence.HeadMeanKeys(LAST),
          new TowerEvidence.Features(),
          new TowerEvidence.Projected(),
          new TowerEvidence.SmallImage(6),
          new TowerEvidence.Loadings(),
          TowerEvidence.Cosines.OF_FEATURES,
          new TowerEvidence.TransportKernel(),
          new TowerEvidence.ApproximationErrors(Stage.AFTER_CONNECTOR, 5, 1));

  private static final List<TowerEvidence> OF_TEXT =
      List.of(
          new TowerEvidence.WordCosines(question -> "what color"),
          new TowerEvidence.PromptCosines(),
          new TowerEvidence.ClipPatches(CLIP),
          new TowerEvidence.ClipProducts(CLIP, question -> question, ClipReading.CUT_OFF));

  private static final List<TowerEvidence> OF_VIDEO =
      List.of(
          new TowerEvidence.SequenceCosines(27, false),
          new TowerEvidence.SequenceKernel(27, false),
          new TowerEvidence.EarlierCosines(1),
          new TowerEvidence.CentreScores(2),
          new TowerEvidence.MeanDistances(2, List.of(0, 4, 5, 8)));

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed() && type.isInterface()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EvidenceFormTest::kinds)
        : Stream.of(type);
  }

  @Test
  void everyKindIsRead() {
    Set<Class<?>> read =
        Stream.of(OF_IMAGE, OF_TEXT, OF_VIDEO)
            .flatMap(List::stream)
            .map(TowerEvidence::getClass)
            .collect(Collectors.toSet());
    assertThat(kinds(TowerEvidence.class).distinct()).containsExactlyInAnyOrderElementsOf(read);
  }

  private static EvidenceSizes sizes(LlavaModel model, PatchTokens view, int pieces) {
    LlavaConfig config = model.checkpoint().config();
    TowerShape tower = ModelShape.of(config).tower();
    return new EvidenceSizes(
        view.count(),
        Math.toIntExact(config.featureSize()),
        config.text().hiddenSize(),
        tower.width() / tower.heads(),
        pieces,
        SPACE);
  }

  private static void assertForm(PatchTokens view, TowerEvidence evidence, EvidenceSizes sizes) {
    assertThat(view.of(evidence)).as(evidence.toString()).hasSize(evidence.form(sizes).size());
  }

  @Test
  void ofAnImageAndAQuestion() {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    PreparedView input =
        new PreparedView(
            new float[3 * 96 * 96],
            new byte[32],
            new int[0],
            side -> Optional.of(new float[3 * 16 * side * side]));
    TowerDepth depth = TowerDepth.SCORES.and(new TowerEvidence.ClassAttention(LAST));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaTokenizer tokenizer =
            LlavaTokenizer.load(Goldens.path("checkpoints/mha"), Families.tokenizers());
        EncodedView image = model.vision().encode(List.of(input), depth).get(0);
        QuestionReader reader =
            model.reader(
                tokenizer,
                new PromptEncoder(
                    tokenizer,
                    ConversationTemplate.named("vicuna_v1"),
                    checkpoint.config().imageTokenId()))) {
      assertThat(image.count()).isEqualTo(PATCHES);
      OF_IMAGE.forEach(evidence -> assertForm(image, evidence, sizes(model, image, 1)));
      PatchTokens asked = image.asked("What color is it?", reader);
      int tokens = tokenizer.encodeWords(List.of("what", "color")).length;
      assertThat(tokens).isGreaterThan(1);
      for (TowerEvidence evidence : OF_TEXT) {
        boolean words = evidence instanceof TowerEvidence.WordCosines;
        assertForm(asked, evidence, sizes(model, image, words ? tokens : 1));
      }
    }
  }

  @Test
  void ofAVideo() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("video/odd"));
    ViewGrid grid = ViewGrid.video(90, 20, 3);
    List<PixelBytes> frames = new ArrayList<>();
    try (LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen_1_5")) {
      for (int frame = 0; frame < 3; frame++) {
        frames.add(processor.videos().orElseThrow().bytes(MadeFrames.frame(frame, 90, 20), grid));
      }
    }
    PreparedImages video =
        PreparedImages.ofViews(frames, grid, new byte[32], view -> SmallPixels.NONE);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        EncodedImages images = model.encode(List.of(video), TowerDepth.FEATURES).get(0)) {
      for (TowerEvidence evidence : OF_VIDEO) {
        EncodedView view = images.views().get(1);
        assertForm(view, evidence, sizes(model, view, 1));
      }
    }
  }
}
