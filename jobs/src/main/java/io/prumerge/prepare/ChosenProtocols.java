package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.video.AskedRule;
import io.prumerge.video.FrameFolder;
import io.prumerge.video.FrameFolders;
import io.prumerge.video.FrameNumber;
import io.prumerge.video.FrameProtocol;
import io.prumerge.video.VideoException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the protocols by which frames are chosen, and looks at some videos before all are read. */
final class ChosenProtocols {

  private final FrameChoice choice;
  private final FrameFolders folders;

  ChosenProtocols(FrameChoice choice, FrameFolders folders) {
    this.choice = choice;
    this.folders = folders;
  }

  /**
   * Returns the protocols. Where no number is given, chosen frames are of the only set that the
   * first video has whose frames can be used.
   *
   * @param some of the videos; none of pictures
   * @throws UsageException if no number is given and there are several sets, with all
   * @throws DataException if none of the videos can be shown
   */
  List<FrameProtocol> among(List<ImagePlace.Video> some, Benchmark benchmark) throws IOException {
    if (some.isEmpty()) {
      return List.of();
    }
    if (choice.rules().isEmpty()) { // a reader that did not say that it has videos
      throw new UsageException(
          Wording.of(
              "Cannot prepare %s without a choice of its videos' frames: name it by %s",
              benchmark.name(), Setting.FRAMES_BY));
    }
    Optional<String> problem = Optional.empty();
    for (ImagePlace.Video video : some) {
      try {
        FrameFolder folder = folders.open(video);
        List<FrameProtocol> protocols = protocols(folder);
        problem = problem.or(() -> problem(folder, protocols));
        if (protocols.stream().anyMatch(one -> problem(folder, List.of(one)).isEmpty())) {
          return protocols;
        }
      } catch (VideoException e) {
        problem = problem.or(() -> Optional.of(e.error()));
      }
    }
    throw new DataException(
        Text.format(
            "None of the first %,d videos of %s can be shown, such as %s: %s",
            some.size(), benchmark.name(), some.get(0).id(), problem.orElseThrow()));
  }

  private Optional<String> problem(FrameFolder folder, List<FrameProtocol> protocols) {
    for (FrameProtocol protocol : protocols) {
      try {
        folder.choose(protocol, choice.sourceFps());
      } catch (VideoException e) {
        return Optional.of(e.error());
      }
    }
    return Optional.empty();
  }

  private List<FrameProtocol> protocols(FrameFolder folder) {
    List<AskedRule> rules = choice.rules();
    if (rules.stream().anyMatch(AskedRule::isBare)) {
      try {
        String only = folder.onlySet().orElse("1"); // of all frames, which are then refused
        rules = AskedRule.all(rules, List.of(FrameNumber.parse(only)));
      } catch (DataException e) {
        throw new UsageException(Wording.of("%s by %s", e.getMessage(), Setting.FRAMES), e);
      }
    }
    return rules.stream().flatMap(rule -> rule.protocol().stream()).toList();
  }
}
