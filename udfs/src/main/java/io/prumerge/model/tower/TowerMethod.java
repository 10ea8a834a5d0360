package io.prumerge.model.tower;

import io.prumerge.reduction.InTower;
import io.prumerge.reduction.TokenReducer;
import java.util.Optional;

/** A method that acts inside the tower; equal to others of its spelling. */
public final class TowerMethod {

  private final TokenReducer reducer;
  private final InTower inside;

  private TowerMethod(TokenReducer reducer, InTower inside) {
    this.reducer = reducer;
    this.inside = inside;
  }

  /** Returns the method, if it is one. */
  static Optional<TowerMethod> of(TokenReducer reducer) {
    return reducer.inTower().map(inside -> new TowerMethod(reducer, inside));
  }

  TokenReducer reducer() {
    return reducer;
  }

  InTower inside() {
    return inside;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TowerMethod method && method.reducer.spec().equals(reducer.spec());
  }

  @Override
  public int hashCode() {
    return reducer.spec().hashCode();
  }
}
