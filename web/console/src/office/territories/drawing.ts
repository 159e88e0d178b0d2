/** Drawing an area on a map, and moving, adding and taking away its corners, by mouse or by finger. */

import { TerraDraw, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { STATE_PAINT } from "@fieldwright/shared/map/colours";
import type { Theme } from "@fieldwright/shared/theme";
import type { GroundMap } from "../ground/ground-map";
import { closed, type Corners, cornersOf } from "./geometry";

type Hex = `#${string}`;

export class AreaDrawing {
  readonly #draw: TerraDraw;
  readonly #ground: GroundMap;
  readonly #onDrawn: (areas: readonly Corners[]) => void;
  #shown: readonly Corners[] = [];
  #stopped = false;

  constructor(ground: GroundMap, theme: Theme, onDrawn: (areas: readonly Corners[]) => void, onState: (drawing: boolean) => void) {
    const { unassigned, planned } = STATE_PAINT[theme];
    const fill = planned.fill as Hex;
    const edge = unassigned.fill as Hex;
    const handle = STATE_PAINT[theme]["under-way"].fill as Hex;
    this.#ground = ground;
    this.#onDrawn = onDrawn;
    this.#draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: ground.map }),
      modes: [
        new TerraDrawPolygonMode({
          pointerDistance: 14,
          styles: { fillColor: fill, fillOpacity: 0.15, outlineColor: fill, outlineWidth: 3, closingPointColor: edge, closingPointWidth: 6 },
        }),
        new TerraDrawSelectMode({
          pointerDistance: 14,
          flags: { polygon: { feature: { draggable: false, coordinates: { midpoints: true, draggable: true, deletable: true } } } },
          styles: {
            selectedPolygonColor: fill,
            selectedPolygonFillOpacity: 0.15,
            selectedPolygonOutlineColor: fill,
            selectedPolygonOutlineWidth: 3,
            selectionPointColor: handle,
            selectionPointOutlineColor: "#ffffff",
            selectionPointOutlineWidth: 2,
            selectionPointWidth: 6,
            midPointColor: handle,
            midPointOutlineColor: "#ffffff",
            midPointOutlineWidth: 1,
            midPointWidth: 4,
          },
        }),
      ],
    });
    ground.beforeRemoval(() => this.stop());
    void ground.ready().then(() => {
      if (this.#stopped || ground.gone) return;
      this.#draw.start();
      this.#draw.setMode("select");
      this.#put();
      this.#draw.on("finish", (id, { action }) => {
        if (action === "draw") {
          this.#draw.setMode("select");
          this.#draw.selectFeature(id); // its corners can be moved at once
          onState(false);
        }
        this.#told();
      });
      ground.map.getContainer().dataset.drawing = "ready";
    });
  }

  /** Show these areas, with handles on their corners. */
  show(areas: readonly Corners[]): void {
    if (same(areas, this.#shown)) return;
    this.#shown = areas;
    if (this.#draw.enabled) this.#put();
  }

  /** The next clicks are the corners of a new area; a click on the first one closes it. */
  begin(): void {
    if (this.#draw.enabled) this.#draw.setMode("polygon");
  }

  /** Give up what was begun. */
  cancel(): void {
    if (!this.#draw.enabled) return;
    this.#draw.setMode("select");
    this.#put();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#draw.enabled) this.#draw.stop();
  }

  #put(): void {
    this.#draw.clear();
    this.#draw.addFeatures(
      this.#shown.filter((corners) => corners.length >= 3).map((corners) => ({
        type: "Feature",
        geometry: { type: "Polygon", coordinates: [closed(corners)] },
        properties: { mode: "polygon" },
      })),
    );
    const [first] = this.#draw.getSnapshot();
    if (first?.id !== undefined && this.#draw.getMode() === "select") this.#draw.selectFeature(first.id);
  }

  #told(): void {
    const areas = this.#draw
      .getSnapshot()
      .filter((one) => one.geometry.type === "Polygon" && one.properties.mode === "polygon")
      .map((one) => cornersOf(one.geometry.coordinates as number[][][]));
    this.#shown = areas;
    this.#ground.map.getContainer().dataset.corners = String(areas[0]?.length ?? 0);
    this.#onDrawn(areas);
  }
}

function same(one: readonly Corners[], other: readonly Corners[]): boolean {
  return JSON.stringify(one.map(closed)) === JSON.stringify(other.map(closed));
}
