/** The tour's strip, over the lower edge of the body. */

import type { ReactNode } from "react";
import { FRAME_COLUMNS, type Rectangle } from "../layout.js";
import { tourHeight, tourLines, tourTitle } from "../presentation/tour.js";
import type { TourState } from "../state.js";
import { Frame } from "./frame.js";

export function TourView({ tour, body }: { tour: TourState; body: Rectangle }): ReactNode {
  const height = tourHeight(body.width);
  const area = { ...body, top: body.top + body.height - height, height };
  return <Frame {...area} active opaque title={tourTitle(tour)} lines={tourLines(tour, area.width - FRAME_COLUMNS)} />;
}
