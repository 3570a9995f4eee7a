;; Scalar SSE2: doubles from and to memory, a comparison, conversions.
;; 0x00001000  f2 0f 10 05 00 20 00 00movsd xmm0, [0x2000]
  i32.const 4096
  local.set $eip
  i32.const 4112
  local.set $place
  br $1
  unreachable
