;; Scalar SSE2: doubles from and to memory, a comparison, conversions.
;; not translated
