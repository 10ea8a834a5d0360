package io.prumerge.bench;

import io.prumerge.engine.LlavaEngine;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.training.AdapterTrainer;
import io.prumerge.training.ImageReducer;
import io.prumerge.training.LoraSettings;
import io.prumerge.training.OptimizerSettings;
import io.prumerge.training.StepResult;
import io.prumerge.training.TrainingExample;
import io.prumerge.training.TrainingSettings;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LlavaProcessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Some steps of a LoRA training of the demo checkpoint in fp32: losses and gradients on the device
 * and on the processor. The second step's loss tells that the first one's update is the same.
 */
final class TrainingAgreement implements Section {

  private static final int IMAGES = 4;
  private static final int QUESTIONS = 4;
  private static final int ANSWER = 4; // ids at the end of a prompt that are to be learned
  private static final int STEPS = 4;
  private static final int PASS_ROWS = 1024;

  /**
   * Adam divides a gradient by its own size, so that rounding moves a weight whose gradient is next
   * to nothing by a whole step: a torch of another build gives 1.1e-4 on the same processor.
   */
  private static final double SAME = 5e-4;

  private static final MethodSpec METHOD = MethodSpec.parse("prumerge");
  private static final TrainingSettings SETTINGS =
      new TrainingSettings(
          new LoraSettings(8, 16, true, 0),
          new OptimizerSettings(1e-3, 1e-4, 0, 0.9, 0.999, 1e-8, 0),
          STEPS,
          1,
          PASS_ROWS,
          true);

  @Override
  public String name() {
    return "training";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    List<AskedImage> images =
        DemoData.of(setting).pope(IMAGES).stream().map(image -> image.first(QUESTIONS)).toList();
    String key =
        CpuAnswers.key(
            setting,
            "training",
            DtypeChoice.FP32,
            images.stream().map(image -> image.request(List.of(METHOD), STEPS)).toList());
    float[] there = setting.cpu().numbers(key, () -> train(setting, DeviceChoice.CPU, images));
    float[] here = train(setting, setting.device(), images);
    double distance = 0;
    for (int i = 0; i < there.length; i++) {
      distance = Math.max(distance, Math.abs(here[i] - there[i]) / Math.abs(there[i]));
    }
    results.add(
        Figure.of(
                "largest distance of losses and gradients' norms from the processor's, fp32",
                "mini-llava",
                distance,
                Unit.NUMBER,
                String.format(
                    Locale.ROOT,
                    "relative; %d steps, loss %.4f to %.4f",
                    STEPS,
                    here[0],
                    here[here.length - 2]))
            .against(Goal.atMost(SAME)));
  }

  // Loss and gradient's norm of each step.
  private static float[] train(Setting setting, DeviceChoice device, List<AskedImage> images)
      throws Exception {
    LlavaEngine.releaseIdle();
    try (EngineLoop engine = new EngineLoop(setting.demo(), DtypeChoice.FP32, device);
        LlavaProcessor processor =
            Prompted.processor(engine.model().checkpoint(), ConversationTemplate.AUTO);
        AdapterTrainer trainer = AdapterTrainer.open(engine.lease(), SETTINGS)) {
      ImageReducer reducer = ImageReducer.of(engine.lease(), METHOD, SETTINGS.lora());
      List<TrainingExample> batch = new ArrayList<>();
      for (AskedImage image : images) {
        for (String question : image.questions()) {
          EncodedPrompt prompt = processor.prompts().withImage(question);
          batch.add(example(reducer, image, question, prompt.ids()));
        }
      }
      float[] numbers = new float[2 * STEPS];
      for (int step = 0; step < STEPS; step++) {
        StepResult result = trainer.step(batch);
        numbers[2 * step] = (float) result.loss();
        numbers[2 * step + 1] = (float) result.gradientNorm();
      }
      return numbers;
    }
  }

  private static TrainingExample example(
      ImageReducer reducer, AskedImage image, String question, int[] ids) throws Exception {
    boolean[] answers = new boolean[ids.length];
    Arrays.fill(answers, ids.length - ANSWER, ids.length, true);
    return new TrainingExample(Optional.of(reducer.reduce(image.bytes(), question)), ids, answers);
  }
}
