package io.prumerge.zoo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Quantization;
import io.prumerge.torch.Torch;
import java.nio.file.Path;
import java.util.Map;

/** A model of DJL's zoo that runs on a given module. */
public final class TestZoo {

  private TestZoo() {}

  /** Returns a checkpoint in fp32; its images are fitted as the checkpoint says. */
  public static ZooModel<LlavaInput, String> load(Path folder, String conversation, Torch torch)
      throws Exception {
    return Criteria.builder()
        .setTypes(LlavaInput.class, String.class)
        .optEngine("PyTorch")
        .optDevice(Device.cpu())
        .optModelUrls(folder.toUri().toString())
        .optOption("hasParameter", "false")
        .optArgument("blockFactory", new OnModule(torch))
        .optArgument("imageAspect", "auto")
        .optArgument("conversation", conversation)
        .optTranslatorFactory(new LlavaTranslatorFactory())
        .build()
        .loadModel();
  }

  private static final class OnModule implements BlockFactory {

    private static final long serialVersionUID = 1L;

    private final transient Torch torch;

    OnModule(Torch torch) {
      this.torch = torch;
    }

    @Override
    public Block newBlock(Model model, Path folder, Map<String, ?> arguments) {
      Checkpoint checkpoint = Checkpoint.open(ModelFolders.parse(folder.toString()));
      CachePlan plan =
          CachePlan.of(Device.cpu(), Precision.FP32, Quantization.NONE, checkpoint.config());
      LlavaModel llava = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan, torch);
      model.getNDManager().attachInternal("llava", llava);
      return new LlavaBlock(llava, TokenReducers.of(MethodSpec.NONE), 0);
    }
  }
}
