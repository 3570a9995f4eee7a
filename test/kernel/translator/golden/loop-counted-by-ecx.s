# LOOP and JECXZ count in ECX and leave the flags alone.
        jecxz   2f
1:      add     eax, ebx
        loop    1b
2:      ret
# 0x1000: e3 04 01 d8 e2 fc c3
