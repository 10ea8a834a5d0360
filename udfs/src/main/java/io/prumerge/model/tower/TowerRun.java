package io.prumerge.model.tower;

import io.prumerge.model.connector.InsideKey;
import io.prumerge.model.connector.InsideTokens;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ReductionPlace;
import io.prumerge.reduction.run.TowerPath;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One method's own run of the tower over a batch of images, from where its patches part from those
 * of other methods. The linear layers take all positions of all images as rows of one matrix;
 * attention is each image's own, so that images may have different numbers of patches. An image for
 * which the method fails leaves the run.
 */
final class TowerRun implements AutoCloseable {

  /** One image in the run; {@code place}: its number in the batch. */
  private record Member(EncodedView image, int place, TowerPath path, int tokens) {
    int positions() {
      return path.positions();
    }

    /**
     * Returns the key of the members that keep equally many tokens: those of one picture's views
     * where the method wants them together, else the image alone.
     */
    int group(InTower method) {
      int view = image.view() - image.ownViews().first();
      return method.together() ? place - view : place;
    }
  }

  private final Torch torch;
  private final TowerLayers tower;
  private final InTower method;
  private final SharedRun shared;
  private final int batch;
  private List<Member> members = new ArrayList<>();
  private Torch.Value rows; // [positions of all members, C]

  /**
   * @param fork hidden states [B T, C] after the shared layers; closed with the run
   * @param batch B
   */
  TowerRun(
      Torch torch,
      TowerLayers tower,
      InTower method,
      SharedRun shared,
      Torch.Value fork,
      int batch) {
    this.torch = torch;
    this.tower = tower;
    this.method = method;
    this.shared = shared;
    this.rows = fork;
    this.batch = batch;
  }

  /**
   * Adds an image, by rising place in the batch.
   *
   * @param tokens that are to be left of it
   */
  void add(EncodedView image, int place, int tokens) {
    if (image.inside().has(key(tokens))) {
      return; // by the same method in another spelling
    }
    try {
      TowerPath path =
          new TowerPath(
              method, image.count(), tower.classTokens(), tower.reach().features(), tokens);
      members.add(new Member(image, place, path, tokens));
    } catch (ReductionException e) {
      image.inside().put(key(tokens), InsideTokens.failed(e));
    }
  }

  private InsideKey key(int tokens) {
    return new InsideKey(method, tokens);
  }

  /** Runs, and gives each image its tokens. */
  void run() {
    long start = System.nanoTime();
    if (members.size() < batch) {
      replace(torch.call("gather", rows, fork()));
    }
    int forked = tower.reach().shared(method);
    int features = tower.reach().features();
    for (int layer = 0; layer < features && !members.isEmpty(); layer++) {
      if (layer < forked) {
        sharedLayer(layer);
      } else {
        ownLayer(layer);
      }
    }
    tower.await(); // or its time would be that of what comes next
    double millis = (System.nanoTime() - start) / 1e6 / Math.max(1, members.size());
    int from = 0;
    for (Member member : members) {
      finish(member, from, millis);
      from += member.positions();
    }
  }

  // The rows of those that are in it.
  private int[] fork() {
    return members.stream()
        .flatMapToInt(
            member ->
                IntStream.range(0, member.positions())
                    .map(row -> member.place() * member.positions() + row))
        .toArray();
  }

  private void sharedLayer(int layer) {
    boolean together = members.size() == batch && looking() == batch;
    int watched = shared.watched().indexOf(layer);
    try (LayerPieces pieces =
        new LayerPieces(
            torch.call("tower_pieces", shared.queries(), watched, together),
            torch.call("tower_pieces", shared.keys(), watched, together),
            torch.call("tower_pieces", shared.values(), layer, together),
            together,
            members.stream().mapToInt(Member::place).toArray())) {
      pass(pieces);
    }
  }

  private void ownLayer(int layer) {
    int[] lengths = members.stream().mapToInt(Member::positions).toArray();
    boolean together =
        IntStream.of(lengths).allMatch(length -> length == lengths[0])
            && looking() % members.size() == 0;
    Torch.Value[] results = attention(layer, lengths, together);
    replace(results[0]);
    try (LayerPieces pieces =
        new LayerPieces(
            results[1],
            results[2],
            results[3],
            together,
            IntStream.range(0, members.size()).toArray())) {
      if (method.place() == ReductionPlace.BEFORE_MLP) {
        pass(pieces);
      }
      if (!members.isEmpty()) {
        replace(tower.mlp(layer, rows));
      }
      if (method.place() == ReductionPlace.AFTER_LAYER) {
        pass(pieces);
      }
    }
  }

  private int looking() {
    return (int) members.stream().filter(member -> member.path().looks()).count();
  }

  private Torch.Value[] attention(int layer, int[] lengths, boolean together) {
    boolean weighted =
        method.proportional() && members.stream().anyMatch(member -> member.path().merged());
    if (!weighted) {
      return tower.attention(layer, rows, lengths, together, List.of());
    }
    try (Torch.Value sizes = tower.sizes(sizes())) {
      return tower.attention(layer, rows, lengths, together, List.of(sizes));
    }
  }

  // Of each row the patches that it is the mean of; the class token is one.
  private float[] sizes() {
    float[] sizes = new float[members.stream().mapToInt(Member::positions).sum()];
    int at = 0;
    for (Member member : members) {
      int patches = at + tower.classTokens();
      Arrays.fill(sizes, at, patches, 1);
      System.arraycopy(member.path().sizes(), 0, sizes, patches, member.path().count());
      at += member.positions();
    }
    return sizes;
  }

  /** Takes all members through a layer, and the rows with them. */
  private void pass(LayerPieces pieces) {
    boolean[] looks = new boolean[members.size()];
    int[] counts = new int[members.size()];
    for (int r = 0; r < looks.length; r++) {
      looks[r] = members.get(r).path().looks();
      counts[r] = members.get(r).path().count();
    }
    LayerViews views =
        new LayerViews(torch, method.sees(), pieces, looks, counts, tower.classTokens());
    float[] sizes = sizes();
    GroupedRows grouped = new GroupedRows(tower.classTokens());
    List<Member> left = new ArrayList<>();
    Map<Integer, Integer> most = most(views);
    for (int r = 0; r < looks.length; r++) {
      Member member = members.get(r);
      try {
        PatchGroups groups =
            member.path().pass(most.getOrDefault(member.group(method), 0), views.of(r));
        grouped.add(groups);
        left.add(member);
      } catch (ReductionException e) {
        member.image().inside().put(key(member.tokens()), InsideTokens.failed(e));
        grouped.leave(counts[r]);
      }
    }
    members = left;
    grouped.apply(torch, tower, rows, sizes).ifPresent(this::replace);
  }

  // How many patches of each image, or of each of its views, may go on.
  private Map<Integer, Integer> most(LayerViews views) {
    Map<Integer, Integer> most = new HashMap<>();
    for (int r = 0; r < members.size(); r++) {
      Member member = members.get(r);
      try {
        most.merge(member.group(method), member.path().mostTokens(views.of(r)), Math::min);
      } catch (ReductionException e) {
        continue; // it fails when it goes on
      }
    }
    return most;
  }

  private void finish(Member member, int from, double millis) {
    try {
      List<int[]> left = member.path().mergedPatches();
      member
          .image()
          .inside()
          .put(
              key(member.tokens()),
              new InsideTokens(
                  torch.call(
                      "between", rows, from + tower.classTokens(), from + member.positions()),
                  left,
                  member.path().tokens(),
                  millis,
                  null));
    } catch (ReductionException e) {
      member.image().inside().put(key(member.tokens()), InsideTokens.failed(e));
    }
  }

  private void replace(Torch.Value next) {
    rows.close();
    rows = next;
  }

  @Override
  public void close() {
    rows.close();
  }
}
