package io.prumerge.bench;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.family.Families;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.LlavaTokenizer;
import io.prumerge.text.PromptEncoder;
import io.prumerge.text.PromptException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What one image and one question take on the processor's side. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Kernels {

  @Param("")
  public String root;

  @Param("")
  public String work;

  private AskedImage picture;
  private RgbImage decoded;
  private ImageProcessor preprocessor;
  private LlavaTokenizer tokenizer;
  private PromptEncoder prompts;
  private int[] ids;

  /** A picture of COCO's size and the demo's checkpoint. */
  @Setup
  public void open() throws IOException, ImageException, PromptException {
    Path model = Path.of(root, "conf", "mini-llava");
    picture = Pictures.draw(Path.of(work, "pictures"), 1).get(0);
    decoded = ImageDecoder.decode(picture.bytes(), ImageLimits.DEFAULT);
    LlavaConfig config = Checkpoint.configuration(model);
    preprocessor = Families.named("llava").imageProcessors(config, model, ImageAspect.PAD).alone();
    tokenizer = LlavaTokenizer.load(model, Families.tokenizers());
    prompts =
        new PromptEncoder(
            tokenizer, ConversationTemplate.named("vicuna_v1"), config.imageTokenId());
    ids = prompt().ids();
  }

  @Benchmark
  public RgbImage decodeJpeg640x480() throws ImageException {
    return ImageDecoder.decode(picture.bytes(), ImageLimits.DEFAULT);
  }

  @Benchmark
  public float[] resizePadAndNormalise() {
    return preprocessor.views(decoded).get(0);
  }

  @Benchmark
  public EncodedPrompt prompt() throws PromptException {
    return prompts.withImage(picture.questions().get(0));
  }

  @Benchmark
  public String decodeTokens() {
    return tokenizer.decode(ids);
  }

  @TearDown
  public void close() {
    tokenizer.close();
  }
}
