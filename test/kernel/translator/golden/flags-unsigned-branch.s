# An unsigned comparison of bytes that a branch reads.
        cmp     al, 9
        ja      1f
        add     al, 0x30
1:      ret
# 0x1000: 3c 09 77 02 04 30 c3
