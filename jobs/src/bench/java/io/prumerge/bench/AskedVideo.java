package io.prumerge.bench;

import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.Question;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The frames of a video and what is asked about it. */
record AskedVideo(List<AskedImage> frames, List<String> questions) implements Asked {

  AskedVideo {
    frames = List.copyOf(frames);
    questions = List.copyOf(questions);
  }

  /** Videos of so many frames each, with the questions of pictures. */
  static List<AskedVideo> draw(Path folder, int count, int frames) throws IOException {
    List<AskedImage> pictures = Pictures.draw(folder, count * frames);
    List<AskedVideo> videos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<AskedImage> own = pictures.subList(i * frames, (i + 1) * frames);
      videos.add(new AskedVideo(own, own.get(0).questions()));
    }
    return videos;
  }

  @Override
  public ImageRequest request(List<MethodSpec> methods, int maxNewTokens) {
    return new ImageRequest(
        List.of(
            new Visual.Video(frames.stream().map(AskedImage::bytes).toList(), FrameTimes.UNKNOWN)),
        questions.stream().map(question -> new Question(question, maxNewTokens)).toList(),
        TokenReducers.of(methods),
        ReduceBy.EACH);
  }

  @Override
  public AskedVideo first(int count) {
    return new AskedVideo(frames, questions.subList(0, count));
  }

  @Override
  public List<String> paths() {
    return frames.stream().map(AskedImage::paths).toList();
  }
}
