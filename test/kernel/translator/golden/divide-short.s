# Division of 8 and 16 bits.
        movzx   eax, al
        div     cl
        cwd
        idiv    bx
        ret
# 0x1000: 0f b6 c0 f6 f1 66 99 66 f7 fb c3
